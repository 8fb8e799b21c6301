package millrace.analytics.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitCadenceTest {
    /** Another one for each test, because a thread remembers its latest request. */
    private static long noon = Instant.parse("2026-05-17T12:00:00Z").toEpochMilli();

    private static final Duration COMMIT_EVERY = Duration.ofMillis(100);

    private final MockProcessorContext<Void, Void> clicks = scheduled();
    private final MockProcessorContext<Void, Void> totals = scheduled();

    @BeforeEach
    void nextDay() {
        noon += Duration.ofDays(1).toMillis();
    }

    @Test
    void a_live_job_commits_every_100_ms() {
        read(clicks, noon);

        assertThat(commits(clicks, noon + 1)).isTrue();
        assertThat(commits(clicks, noon + 101)).isTrue();
        assertThat(commits(clicks, noon + 2_000)).isTrue();
    }

    @Test
    void a_job_that_is_behind_leaves_its_commits_to_the_interval() {
        read(clicks, noon);

        assertThat(commits(clicks, noon + 2_001)).isFalse();

        read(clicks, noon + 2_000);
        assertThat(commits(clicks, noon + 2_101)).isTrue();
    }

    @Test
    void a_job_that_has_read_nothing_requests_no_commit() {
        read(clicks, -1);

        assertThat(commits(clicks, noon)).isFalse();
    }

    @Test
    void tasks_of_a_thread_share_a_cadence() {
        read(clicks, noon);
        read(totals, noon);

        assertThat(commits(clicks, noon + 10)).isTrue();
        assertThat(commits(totals, noon + 60)).isFalse();
        assertThat(commits(clicks, noon + 110)).isTrue();
    }

    private static MockProcessorContext<Void, Void> scheduled() {
        var context = new MockProcessorContext<Void, Void>();
        CommitCadence.schedule(context);
        return context;
    }

    private static void read(MockProcessorContext<Void, Void> context, long acceptedAt) {
        context.setCurrentStreamTimeMs(acceptedAt);
    }

    private static boolean commits(MockProcessorContext<Void, Void> context, long now) {
        var schedule = context.scheduledPunctuators().getFirst();
        assertThat(schedule.getInterval()).isEqualTo(COMMIT_EVERY);
        context.resetCommit();
        schedule.getPunctuator().punctuate(now);
        return context.committed();
    }
}
