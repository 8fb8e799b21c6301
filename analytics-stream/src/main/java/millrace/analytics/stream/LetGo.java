package millrace.analytics.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;

/**
 * Deletes rows of a store that no event has changed for a while, by the time at which the edge accepted events: that
 * clock is in the log, so a replay deletes the same rows. The record on the channel stays.
 *
 * <p>A store is looked through once in an hour of that time, in short steps between which the stream thread reads and
 * commits. A start begins no look: the first follows an hour later. A store of millions of rows takes some minutes.
 */
public final class LetGo<K, V> {
    private static final long EVERY = Duration.ofHours(1).toMillis();

    /** A store waits so long after a look, by the wall clock, that in a backlog the other stores have their turn. */
    private static final long PAUSE = Duration.ofMinutes(1).toMillis();

    /** All stores of a stream thread share one step in this time, so expiry takes at most a tenth of the thread. */
    private static final Duration STEP_EVERY = Duration.ofMillis(200);

    /** A step ends after this time: a live job commits every 100 ms, and a transaction lives for 10 s at most. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Rows between two looks at the clock; of the largest rows some 1 ms. */
    private static final int ROWS_AT_ONCE = 200;

    private static final long NEVER = Long.MIN_VALUE / 2;

    /** Wall-clock time of the latest step of this stream thread, in milliseconds. */
    private static final ThreadLocal<Long> LAST_STEP = ThreadLocal.withInitial(() -> NEVER);

    private final ProcessingContext context;
    private final TimestampedKeyValueStore<K, V> rows;
    private final long keep;
    private K next;
    private long before;
    private long lookedAt = NEVER;
    private long endedAt = NEVER;

    private LetGo(ProcessingContext context, TimestampedKeyValueStore<K, V> rows, long keep) {
        this.context = context;
        this.rows = rows;
        this.keep = keep;
    }

    /**
     * To be called when a processor that has the store begins. Where a generation is rebuilt partitions are read at
     * different speeds, and a row may be old for one while another still has to count in it: it begins when it is live.
     */
    public static <K, V> void schedule(
            ProcessingContext context, TimestampedKeyValueStore<K, V> rows, AnalyticsConfig config) {
        if (!config.shadow()) {
            var expiry = new LetGo<>(context, rows, config.keep().toMillis());
            context.schedule(STEP_EVERY, PunctuationType.WALL_CLOCK_TIME, expiry::step);
        }
    }

    private void step(long now) {
        var time = Math.min(context.currentStreamTimeMs(), now + Clocks.AHEAD);
        if (lookedAt == NEVER) {
            lookedAt = time < 0 ? NEVER : time;
        } else if (Math.abs(now - LAST_STEP.get()) >= STEP_EVERY.toMillis() && (next != null || begins(time, now))) {
            LAST_STEP.set(now);
            deleteSome();
            endedAt = now;
        }
    }

    private boolean begins(long time, long now) {
        if (time < lookedAt + EVERY || now < endedAt + PAUSE) {
            return false;
        }
        lookedAt = time;
        before = time - keep;
        return true;
    }

    private void deleteSome() {
        var end = System.nanoTime() + STEP_NANOS;
        try (var all = rows.range(next, null)) {
            for (var looked = 1; all.hasNext(); looked++) {
                if (looked % ROWS_AT_ONCE == 0 && System.nanoTime() >= end) {
                    next = all.peekNextKey();
                    return;
                }
                var row = all.next();
                if (row.value.timestamp() < before) {
                    rows.delete(row.key);
                }
            }
        }
        next = null;
    }
}
