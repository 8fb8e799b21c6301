package millrace.analytics.engine;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Deletes rows that have expired, without a trace on channels: their records stay. What is old goes by the time at which the
 * edge accepted events: that clock is in the log, so a replay deletes the same rows.
 *
 * <p>All rows of a task are looked through once in an hour of that time, in short steps between which the stream thread reads
 * and commits. A start begins no look: the first follows an hour later. A million rows take some minutes.
 */
public final class StateTtl {
    /**
     * Brokers since Kafka 4.0 accept no timestamp further ahead of their clock than this. An older broker accepts any: such
     * a record must not make every other look old.
     */
    public static final long AHEAD = Duration.ofHours(1).toMillis();

    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final long EVERY = Duration.ofHours(1).toMillis();
    /** All tasks of a stream thread share one step in this time, so expiry takes at most a tenth of the thread. */
    private static final Duration STEP_EVERY = Duration.ofMillis(200);

    /** Wall-clock time of the latest step of this stream thread, in milliseconds. */
    private static final ThreadLocal<Long> LAST_STEP = ThreadLocal.withInitial(() -> NEVER);

    /** A step ends after this time: a live job commits several times a second, and a transaction lives for 10 s at most. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** And after so many rows, all of which may go: a commit holds its deletions in memory. */
    private static final int STEP_ROWS = 5_000;

    /** Rows between two looks at the clock; of the largest rows some 1 ms. */
    private static final int ROWS_AT_ONCE = 200;

    private final TaskState state;
    private final ProcessingContext context;
    private final Duration keep;
    private final Map<Byte, Expiry> expiries = new HashMap<>();
    private Bytes next;
    private long time;
    private long lookedAt = NEVER;

    private interface Expiry {
        void expire(Bytes key, byte[] stored);
    }

    /** What is left of a row. */
    interface Remains<V> {
        /** Returns the value itself where nothing has expired, a smaller one, or {@code null} where nothing is left. */
        V of(String key, V value);
    }

    /** @param keep of rows that no event has changed; {@code null} for ever */
    StateTtl(TaskState state, ProcessingContext context, Duration keep) {
        this.state = state;
        this.context = context;
        this.keep = keep;
        context.schedule(STEP_EVERY, PunctuationType.WALL_CLOCK_TIME, this::step);
    }

    /** Deletes the rows that no event has changed for long enough. */
    public StateTtl unchanged(StateTable<?> table) {
        if (keep != null) {
            expiries.put((byte) table.spec().id(), (key, stored) -> {
                if (ByteBuffer.wrap(stored).getLong(Long.BYTES) < time - keep.toMillis()) {
                    table.expire(StateTable.key(key));
                }
            });
        }
        return this;
    }

    /** Deletes partial counts that no event has changed for long enough. */
    public StateTtl unchanged(PartialAggregator partials) {
        return unchanged(partials.rows());
    }

    /** Deletes rows of an aggregate that no event has changed for long enough. */
    public StateTtl unchanged(FinalAggregator rows) {
        return unchanged(rows.rows());
    }

    /** Forgets ids whose repeats would be late, and old counts of late events. */
    public StateTtl expired(LatenessAndDuplicateFilter filter) {
        filter.expire(this);
        return this;
    }

    /** Keeps of each row whose key begins so what is left of it. */
    <V> void remaining(StateTable<V> table, String prefix, Remains<V> remains) {
        Expiry own = (key, stored) -> {
            var text = StateTable.key(key);
            if (text.startsWith(prefix)) {
                table.keep(text, stored, remains);
            }
        };
        expiries.merge((byte) table.spec().id(), own, (one, other) -> (key, stored) -> {
            one.expire(key, stored);
            other.expire(key, stored);
        });
    }

    private void step(long now) {
        var latest = Math.min(context.currentStreamTimeMs(), now + AHEAD);
        if (lookedAt == NEVER) {
            lookedAt = latest < 0 ? NEVER : latest;
        } else if (Math.abs(now - LAST_STEP.get()) >= STEP_EVERY.toMillis()
                && (next != null || latest >= lookedAt + EVERY)) {
            LAST_STEP.set(now);
            if (next == null) {
                lookedAt = latest;
                time = latest;
                next = Bytes.wrap(new byte[] {' '});
            }
            look();
        }
    }

    private void look() {
        var end = System.nanoTime() + STEP_NANOS;
        try (var all = state.stored(next, Bytes.wrap(new byte[] {(byte) 0xff}))) {
            for (var looked = 1; all.hasNext(); looked++) {
                if (looked % ROWS_AT_ONCE == 0 && (looked == STEP_ROWS || System.nanoTime() >= end)) {
                    next = all.peekNextKey();
                    return;
                }
                var row = all.next();
                var expiry = expiries.get(row.key.get()[0]);
                if (expiry != null) {
                    expiry.expire(row.key, row.value);
                }
            }
        }
        next = null;
    }
}
