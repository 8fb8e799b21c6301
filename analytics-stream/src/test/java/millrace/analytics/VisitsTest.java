package millrace.analytics;

import static java.time.temporal.ChronoUnit.MINUTES;
import static java.time.temporal.ChronoUnit.SECONDS;
import static millrace.events.Channels.VISITS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import millrace.events.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VisitsTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");

    private final TopologyHarness job = new TopologyHarness();

    @AfterEach
    void close() {
        job.close();
    }

    @Test
    void a_visit_continues_after_a_gap_of_up_to_half_an_hour() {
        job.view("ann", "/", NOON);
        job.view("ann", "/cart", NOON.plus(30, MINUTES));

        assertThat(visits()).containsExactly(visit(NOON, NOON.plus(30, MINUTES), 2, "/", "/cart"));
    }

    @Test
    void a_longer_gap_begins_another_visit() {
        job.view("ann", "/", NOON);
        job.view("ann", "/cart", NOON.plus(30, MINUTES).plus(1, SECONDS));

        assertThat(visits()).hasSize(2);
    }

    @Test
    void an_earlier_view_that_comes_later_becomes_the_entry() {
        job.view("ann", "/cart", NOON);
        job.view("ann", "/", NOON.minus(5, MINUTES));

        assertThat(visits()).containsExactly(visit(NOON.minus(5, MINUTES), NOON, 2, "/", "/cart"));
    }

    @Test
    void a_view_in_the_gap_merges_two_visits() {
        job.view("ann", "/a", NOON);
        job.view("ann", "/c", NOON.plus(50, MINUTES));
        job.view("ann", "/b", NOON.plus(25, MINUTES));

        assertThat(visits()).containsExactly(visit(NOON, NOON.plus(50, MINUTES), 3, "/a", "/c"));
    }

    @Test
    void a_view_in_between_changes_neither_entry_nor_exit() {
        job.view("ann", "/a", NOON);
        job.view("ann", "/c", NOON.plus(20, MINUTES));
        job.view("ann", "/b", NOON.plus(10, MINUTES));

        assertThat(visits()).containsExactly(visit(NOON, NOON.plus(20, MINUTES), 3, "/a", "/c"));
    }

    @Test
    void visitors_and_sources_have_visits_of_their_own() {
        job.view("ann", "/", NOON);
        job.view("bob", "/", NOON);
        job.view("m9", "blog", "ann", "/", NOON);

        assertThat(visits()).hasSize(3);
    }

    private Collection<Visit> visits() {
        return job.channel(VISITS).values().stream().filter(Objects::nonNull).toList();
    }

    private static Visit visit(Instant start, Instant end, long views, String entry, String exit) {
        return new Visit(
                start,
                end,
                "shop",
                "ann",
                views,
                0,
                entry,
                exit,
                null,
                null,
                Visit.Device.UNKNOWN,
                Visit.Step.VISIT,
                views == 1,
                false,
                false);
    }
}
