package millrace.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import millrace.audit.chain.Segment;

/**
 * Checkpoints of a chain that the broker has not confirmed, oldest first. It holds {@link #MOST}; the others wait in the
 * database, where all of them are. For one thread.
 */
final class Unpublished {
    /** A checkpoint takes 12 KB: with twenty partitions 8 MB while the broker does not answer. */
    static final int MOST = 32;

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Deque<Sent> sent = new ArrayDeque<>();
    private long mark;
    private long recorded;
    private long recordedAt = System.nanoTime();
    private boolean isBehind = true;
    private long retryAt = System.nanoTime();

    /** @param mark the checkpoints of the segments before are published */
    Unpublished(long mark) {
        this.mark = mark;
        this.recorded = mark;
    }

    private record Sent(Segment segment, Future<?> answer) {}

    /** The next segment whose checkpoint is not confirmed. */
    long mark() {
        return mark;
    }

    /** Whether the database has known of less than is confirmed for so long. */
    boolean isAhead(Duration time) {
        return mark > recorded && System.nanoTime() - recordedAt >= time.toNanos();
    }

    void recorded() {
        recorded = mark;
        recordedAt = System.nanoTime();
    }

    /** Whether there may be checkpoints in the database that have to be sent, and there is room for them. */
    boolean isBehind() {
        return isBehind && sent.isEmpty();
    }

    /** What the database had from the mark on was sent. @param all whether nothing is left there */
    void caughtUp(boolean all) {
        isBehind = !all;
    }

    void send(Segment segment, Checkpoints checkpoints) {
        if (sent.size() >= MOST || (isBehind && segment.segment() != mark + sent.size())) {
            isBehind = true;
        } else {
            sent.add(new Sent(segment, checkpoints.send(segment)));
        }
    }

    /** Moves the mark over what is confirmed; what was refused is sent again, every five seconds. */
    void look(Checkpoints checkpoints, Condition condition) {
        while (!sent.isEmpty() && sent.peek().answer().isDone()) {
            try {
                sent.peek().answer().get();
                mark = sent.remove().segment().segment() + 1;
                condition.good(Checkpoints.CONDITION);
            } catch (ExecutionException e) {
                condition.bad(Checkpoints.CONDITION, e.getCause().getMessage());
                tryAgain(checkpoints);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void tryAgain(Checkpoints checkpoints) {
        if (System.nanoTime() - retryAt >= 0) {
            retryAt = System.nanoTime() + PAUSE.toNanos();
            var refused = sent.remove().segment();
            sent.addFirst(new Sent(refused, checkpoints.send(refused)));
        }
    }
}
