package millrace.analytics.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CommitCadenceTest {
    private static final long NOON = Instant.parse("2026-05-17T12:00:00Z").toEpochMilli();

    private final CommitCadence events = new CommitCadence(Duration.ofMillis(50));
    private final CommitCadence aggregates = new CommitCadence(Duration.ofMillis(50));

    @Test
    void a_live_task_commits_once_in_each_period() {
        assertThat(events.isDue(NOON, NOON)).isTrue();
        assertThat(events.isDue(NOON + 49, NOON)).isFalse();
        assertThat(events.isDue(NOON + 50, NOON)).isTrue();
        assertThat(events.isDue(NOON + 2_000, NOON)).isTrue();
    }

    @Test
    void a_task_that_is_behind_leaves_its_commits_to_the_interval() {
        assertThat(events.isDue(NOON + 2_001, NOON)).isFalse();
        assertThat(events.isDue(NOON + 2_001, NOON + 1)).isTrue();
    }

    @Test
    void a_task_that_has_read_nothing_asks_for_no_commit() {
        assertThat(events.isDue(NOON, -1)).isFalse();
    }

    @Test
    void tasks_of_a_thread_ask_at_the_same_time() {
        events.isDue(NOON + 10, NOON);
        aggregates.isDue(NOON + 30, NOON);

        assertThat(events.isDue(NOON + 50, NOON)).isTrue();
        assertThat(aggregates.isDue(NOON + 50, NOON)).isTrue();
    }

    @Test
    void a_clock_that_is_set_back_stops_nothing() {
        events.isDue(NOON, NOON);

        assertThat(events.isDue(NOON - 3_600_000, NOON)).isTrue();
    }
}
