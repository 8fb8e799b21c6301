package millrace.analytics.engine;

import java.time.Duration;

/**
 * Says when a task asks for a commit: some times a second while it is live, so that its results can be read soon, and never
 * while it is behind. Then Kafka Streams commits once a second ({@code commit.interval.ms}): a commit costs nearly the same for
 * a hundred records as for ten thousand, and no reader waits for results of the past.
 *
 * <p>A task is live while its latest record was accepted within two seconds; one whose clock is further ahead of the edge's is
 * never live. All tasks of a stream thread commit together, so they ask at the same times.
 */
final class CommitCadence {
    private static final long LIVE_WITHIN = Duration.ofSeconds(2).toMillis();

    private final long every;
    private long lastSlot = Long.MIN_VALUE;

    CommitCadence(Duration every) {
        this.every = every.toMillis();
    }

    /**
     * Returns true once in each period while the task is live.
     *
     * @param now wall-clock time in milliseconds
     * @param latest time at which the latest record of the task was accepted; negative before the first
     */
    boolean isDue(long now, long latest) {
        var slot = Math.floorDiv(now, every);
        if (slot == lastSlot || latest < now - LIVE_WITHIN) {
            return false;
        }
        lastSlot = slot;
        return true;
    }
}
