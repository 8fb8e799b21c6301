package millrace.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import millrace.audit.chain.ClosedSegment;

/**
 * The checkpoints of a chain that the broker has not confirmed, oldest first. It holds {@link #MOST} at most; the others
 * wait in the database, which has all of them. For one thread.
 */
final class UnpublishedCheckpoints {
    /** A checkpoint takes 12 KB, so twenty partitions take 8 MB while the broker does not answer. */
    static final int MOST = 32;

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Deque<Sent> sent = new ArrayDeque<>();
    private long mark;
    private long recorded;
    private long recordedAt = System.nanoTime();
    private boolean isBehind = true;
    private long retryAt = System.nanoTime();

    /** @param mark the checkpoints of all segments before this number are published */
    UnpublishedCheckpoints(long mark) {
        this.mark = mark;
        this.recorded = mark;
    }

    private record Sent(ClosedSegment segment, Future<?> answer) {}

    /** Number of the first segment whose checkpoint is not confirmed. */
    long mark() {
        return mark;
    }

    /** True if the mark in the database has been behind for so long. */
    boolean isAhead(Duration time) {
        return mark > recorded && System.nanoTime() - recordedAt >= time.toNanos();
    }

    void recorded() {
        recorded = mark;
        recordedAt = System.nanoTime();
    }

    /** True if the database may have unpublished checkpoints, and there is room for them. */
    boolean isBehind() {
        return isBehind && sent.isEmpty();
    }

    /** Called after the checkpoints of the database were sent. @param all whether none is left there */
    void caughtUp(boolean all) {
        isBehind = !all;
    }

    void publish(ClosedSegment segment, CheckpointPublisher checkpoints) {
        if (sent.size() >= MOST || (isBehind && segment.segment() != mark + sent.size())) {
            isBehind = true;
        } else {
            sent.add(new Sent(segment, checkpoints.publish(segment)));
        }
    }

    /** Moves the mark past confirmed checkpoints; retries a failed one every five seconds. */
    void collectConfirmations(CheckpointPublisher checkpoints, ReadinessAlarms alarms) {
        while (!sent.isEmpty() && sent.peek().answer().isDone()) {
            try {
                sent.peek().answer().get();
                mark = sent.remove().segment().segment() + 1;
                alarms.clear(CheckpointPublisher.PROBLEM);
            } catch (ExecutionException e) {
                alarms.raise(CheckpointPublisher.PROBLEM, e.getCause().getMessage());
                retry(checkpoints);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void retry(CheckpointPublisher checkpoints) {
        if (System.nanoTime() - retryAt >= 0) {
            retryAt = System.nanoTime() + PAUSE.toNanos();
            var refused = sent.remove().segment();
            sent.addFirst(new Sent(refused, checkpoints.publish(refused)));
        }
    }
}
