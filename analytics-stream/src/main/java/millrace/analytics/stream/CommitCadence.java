package millrace.analytics.stream;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Requests a commit every 100 ms while the job is live, so that its results can be read soon. While it is behind it requests
 * none, and Kafka Streams commits once a second ({@code commit.interval.ms}): a commit costs the same for a hundred records
 * as for ten thousand, and no reader waits for results of the past.
 *
 * <p>The job is live while the latest record of a task was accepted within two seconds; a job whose clock is further ahead
 * of the edge's is never live. A request of one task commits all tasks of its stream thread, so the tasks of a thread share
 * one cadence.
 */
public final class CommitCadence {
    private static final Duration COMMIT_EVERY = Duration.ofMillis(100);
    private static final long LIVE_WITHIN = Duration.ofSeconds(2).toMillis();

    /** Wall-clock time of the latest request of this stream thread, in milliseconds. */
    private static final ThreadLocal<Long> LAST_REQUEST = ThreadLocal.withInitial(() -> Long.MIN_VALUE / 2);

    private CommitCadence() {}

    /** To be called by at least one processor of each sub-topology when it begins. */
    public static void schedule(ProcessingContext context) {
        context.schedule(COMMIT_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> request(context, now));
    }

    private static void request(ProcessingContext context, long now) {
        var live = context.currentStreamTimeMs() >= now - LIVE_WITHIN;
        // A clock that is set back starts the cadence anew.
        if (live && Math.abs(now - LAST_REQUEST.get()) >= COMMIT_EVERY.toMillis()) {
            LAST_REQUEST.set(now);
            context.commit();
        }
    }
}
