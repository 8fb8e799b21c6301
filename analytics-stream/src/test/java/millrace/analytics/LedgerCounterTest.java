package millrace.analytics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.HOURS;
import static millrace.events.Channels.ANALYTICS_DLQ;
import static millrace.events.Channels.LEDGER;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import millrace.events.Counted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerCounterTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");

    private final TopologyHarness job = new TopologyHarness();

    @AfterEach
    void close() {
        job.close();
    }

    @Test
    void each_record_is_counted_late_or_a_duplicate() {
        job.view("m1", "shop", "ann", "/", NOON.plus(48, HOURS));
        job.view("m2", "shop", "ann", "/", NOON.plus(48, HOURS));
        job.view("m2", "shop", "ann", "/", NOON.plus(48, HOURS));
        job.view("m3", "shop", "ann", "/", NOON);

        assertThat(told()).containsExactly(clicks(TopologyHarness.TODAY, 2, 1, 1, 4));
    }

    @Test
    void totals_of_a_minute_of_acceptance_replace_each_other() {
        job.view("ann", "/", NOON);
        assertThat(told()).containsExactly(clicks(TopologyHarness.TODAY, 1, 0, 0, 1));

        job.view("ann", "/", NOON);
        job.acceptedLater(Duration.ofSeconds(60), () -> job.view("ann", "/", NOON));
        assertThat(told())
                .containsExactlyInAnyOrder(
                        clicks(TopologyHarness.TODAY, 2, 0, 0, 2),
                        clicks(TopologyHarness.TODAY.plusSeconds(60), 1, 0, 0, 3));
        assertThat(told()).as("what has been told of").isEmpty();
    }

    @Test
    void orders_and_transactions_are_counted_as_well() {
        job.order("o1", "ann", NOON);

        assertThat(told())
                .containsExactlyInAnyOrder(
                        counted("transactions", TopologyHarness.TODAY, 1, 0, 0, 1),
                        counted("orders", TopologyHarness.TODAY, 1, 0, 0, 1));
    }

    @Test
    void an_unreadable_or_incomplete_record_is_only_a_dead_letter() {
        job.bytesOnClicks("ann", "{".getBytes(UTF_8));
        job.bytesOnClicks("ann", "{\"type\":\"page\",\"messageId\":\"m1\",\"source\":\"shop\"}".getBytes(UTF_8));

        assertThat(told()).isEmpty();
        assertThat(job.headers(ANALYTICS_DLQ)).doesNotContainKey("dead-letter-counted");
        assertThat(job.headers(ANALYTICS_DLQ)).doesNotContainKey("dead-letter-counted");
    }

    @Test
    void a_dead_letter_says_that_it_had_been_counted_where_a_later_step_broke() {
        job.track("ann", null, "a", NOON);

        assertThat(told()).containsExactly(clicks(TopologyHarness.TODAY, 1, 0, 0, 1));
        assertThat(job.headers(ANALYTICS_DLQ)).containsEntry("dead-letter-counted", "true");
    }

    @Test
    void a_minute_that_is_long_over_expires() {
        job.view("ann", "/", NOON);
        told();
        job.pass(Duration.ofHours(49));
        job.view("ann", "/", NOON);

        assertThat(told()).containsExactly(clicks(TopologyHarness.TODAY, 1, 0, 0, 2));
    }

    private List<Counted> told() {
        job.pass(Duration.ofSeconds(5));
        return job.records(LEDGER);
    }

    private static Counted clicks(Instant minute, long counted, long late, long repeated, long nextOffset) {
        return counted("clicks", minute, counted, late, repeated, nextOffset);
    }

    private static Counted counted(
            String channel, Instant minute, long counted, long late, long repeated, long nextOffset) {
        var counts = Map.of("applied", counted, "late", late, "repeated", repeated);
        return Counted.read("analytics", channel, 0, minute, counts, nextOffset);
    }
}
