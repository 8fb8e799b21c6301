package millrace.analytics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MINUTES;
import static millrace.events.Channels.LATE_EVENTS;
import static millrace.events.Channels.PAGE_VIEWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import millrace.events.EventCameLate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LatenessAndDuplicateFilterTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");

    private final TopologyHarness job = new TopologyHarness();

    @AfterEach
    void close() {
        job.close();
    }

    @Test
    void a_duplicate_id_counts_once() {
        job.view("m1", "shop", "ann", "/", NOON);
        job.view("m1", "shop", "ann", "/", NOON);

        assertThat(views("2015-05-17T12:00:00Z|/")).isEqualTo(1);
    }

    @Test
    void another_event_under_the_same_id_is_dead_lettered_and_a_retry_of_the_first_is_not() {
        job.viewWithDigest("m1", "/", NOON, "0123456789abcdef0123456789abcdef");
        job.viewWithDigest("m1", "/", NOON, "0123456789abcdef0123456789abcdef");
        job.viewWithDigest("m1", "/other", NOON, "fedcba98765432100123456789abcdef");
        job.viewWithDigest("m1", "/", NOON, null);

        assertThat(job.deadLetters())
                .singleElement()
                .satisfies(
                        letter -> assertThat(new String(letter.value(), UTF_8)).contains("/other"));
        assertThat(job.channel(PAGE_VIEWS))
                .hasSize(1)
                .hasEntrySatisfying(
                        "2015-05-17T12:00:00Z|/", row -> assertThat(row.views()).isEqualTo(1));
    }

    @Test
    void many_imports_of_one_sender_do_not_grow_a_row_without_limit() {
        for (var number = 0; number < 150; number++) {
            job.view("m" + number, "shop/" + number, "ann", "/", NOON);
        }
        job.view("m", "shop/0", "ann", "/", NOON);
        job.view("m", "blog", "ann", "/", NOON);

        assertThat(views("2015-05-17T12:00:00Z|/")).isEqualTo(102);
        assertThat(job.deadLetters()).hasSize(50);
    }

    @Test
    void the_same_id_of_another_source_is_another_event() {
        job.view("m1", "shop", "ann", "/", NOON);
        job.view("m1", "blog", "ann", "/", NOON);

        assertThat(views("2015-05-17T12:00:00Z|/")).isEqualTo(2);
    }

    @Test
    void a_view_within_the_grace_counts_and_a_later_one_is_a_late_event() {
        job.view("ann", "/", NOON.plus(24, HOURS));
        job.view("m2", "shop", "ann", "/", NOON);
        job.view("m3", "shop", "ann", "/", NOON.minusMillis(1));

        assertThat(job.channel(PAGE_VIEWS))
                .containsKey("2015-05-17T12:00:00Z|/")
                .hasSize(2);
        assertThat(job.channel(LATE_EVENTS).values())
                .containsExactly(new EventCameLate(
                        "m3",
                        "clicks",
                        "shop",
                        NOON.minusMillis(1),
                        NOON.plus(24, HOURS),
                        Duration.ofHours(24).plusMillis(1),
                        NOON.minus(1, MINUTES),
                        1));
    }

    @Test
    void a_source_far_ahead_makes_no_other_source_late() {
        job.view("m1", "live", "ann", "/", TopologyHarness.TODAY);
        job.view("m2", "history", "ann", "/", NOON);

        assertThat(job.channel(LATE_EVENTS)).isEmpty();
        assertThat(views("2015-05-17T12:00:00Z|/")).isEqualTo(1);
    }

    @Test
    void an_id_expires_only_when_a_duplicate_would_be_late() {
        job.view("m1", "shop", "ann", "/", NOON);
        job.view("m2", "shop", "bob", "/", NOON.plus(24, HOURS));
        job.acceptedLater(Duration.ofHours(2), () -> job.view("x", "other", "cleo", "/", NOON));
        job.expire();
        assertThat(job.remembered()).isEqualTo(3);

        job.view("m3", "shop", "bob", "/", NOON.plus(25, HOURS));
        job.pass(Duration.ofHours(4));
        job.acceptedLater(Duration.ofHours(4), () -> job.view("y", "other", "cleo", "/", NOON));
        job.expire();
        job.view("m1", "shop", "ann", "/", NOON);

        assertThat(job.remembered()).isEqualTo(4);
        assertThat(job.channel(LATE_EVENTS)).hasSize(1);
        assertThat(views("2015-05-17T12:00:00Z|/")).isEqualTo(3);
    }

    @Test
    void very_many_ids_of_one_visitor_are_remembered() {
        for (var twice = 0; twice < 2; twice++) {
            for (var number = 0; number < 200; number++) {
                job.view("m" + number, "shop", "ann", "/", NOON.plusSeconds(number % 60));
            }
        }

        assertThat(job.remembered()).isEqualTo(200);
        assertThat(views("2015-05-17T12:00:00Z|/")).isEqualTo(200);
    }

    @Test
    void a_row_is_settled_when_its_window_and_the_grace_are_over_and_what_comes_then_is_late() {
        job.view("ann", "/", NOON);
        job.view("ann", "/", NOON.plus(24, HOURS).plusSeconds(59));
        assertThat(job.channel(PAGE_VIEWS).get("2015-05-17T12:00:00Z|/").settled())
                .isFalse();

        job.view("ann", "/", NOON.plus(24, HOURS).plusSeconds(60));
        assertThat(job.channel(PAGE_VIEWS).get("2015-05-17T12:00:00Z|/").settled())
                .isTrue();

        job.view("ann", "/", NOON.plusSeconds(59));
        assertThat(job.channel(LATE_EVENTS)).hasSize(1);
        assertThat(job.channel(PAGE_VIEWS)).isEmpty();
    }

    @Test
    void history_of_another_source_opens_a_settled_row_again_and_is_added() {
        job.view("ann", "/", NOON);
        job.view("ann", "/", NOON.plus(25, HOURS));
        assertThat(job.channel(PAGE_VIEWS).get("2015-05-17T12:00:00Z|/").settled())
                .isTrue();

        job.view("h1", "history", "bob", "/", NOON);

        var row = job.channel(PAGE_VIEWS).get("2015-05-17T12:00:00Z|/");
        assertThat(row.views()).isEqualTo(2);
        assertThat(row.settled()).isFalse();
    }

    @Test
    void late_events_are_counted_by_the_minute_they_would_have_counted_in() {
        job.view("ann", "/", NOON.plus(48, HOURS));
        job.view("ann", "/a", NOON);
        job.view("ann", "/b", NOON.plusSeconds(59));

        assertThat(job.records(LATE_EVENTS))
                .extracting(EventCameLate::window, EventCameLate::lateInWindow)
                .containsExactly(tuple(NOON, 1L), tuple(NOON, 2L));
    }

    @Test
    void one_event_far_ahead_counts_and_makes_no_later_one_late() {
        job.view("m1", "shop/2015", "ann", "/", NOON);
        job.view("m2", "shop/2015", "ann", "/typo", NOON.plus(3650, DAYS));
        job.view("m3", "shop/2015", "ann", "/", NOON.plusSeconds(1));

        assertThat(job.records(LATE_EVENTS)).isEmpty();
        assertThat(job.channel(PAGE_VIEWS)).containsKeys("2015-05-17T12:00:00Z|/", "2025-05-14T12:00:00Z|/typo");
    }

    @Test
    void a_second_event_in_a_row_takes_the_watermark_as_far_ahead() {
        job.view("m1", "shop", "ann", "/", NOON);
        job.view("m2", "shop", "ann", "/", NOON.plus(14, DAYS));
        job.view("m3", "shop", "ann", "/", NOON.plus(14, DAYS).plusSeconds(1));
        job.view("m4", "shop", "ann", "/", NOON.plusSeconds(1));

        assertThat(job.channel(LATE_EVENTS)).hasSize(1);
    }

    private long views(String key) {
        return job.channel(PAGE_VIEWS).get(key).views();
    }
}
