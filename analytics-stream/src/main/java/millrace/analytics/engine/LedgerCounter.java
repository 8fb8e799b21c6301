package millrace.analytics.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import millrace.events.Counted;
import millrace.events.Json;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Counts what became of each record of one partition of a channel, by the minute in which it was accepted. The totals are
 * state of the task as any other row, and are passed on for the channel {@code ledger}.
 */
public final class LedgerCounter {
    /** Totals that are to be written to the channel. */
    public static final TableSpec<Counted> TOTALS =
            TableSpec.of('n', "ledger-totals", Json.serde(Counted.class), 0).emitting(TableSpec.Emission.ONCE);

    private static final Duration EMIT_EVERY = Duration.ofSeconds(5);
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    /** A minute goes when it is that old and has not changed for an hour. */
    private static final long OLD = Duration.ofHours(48).toMillis();

    private static final long UNCHANGED = Duration.ofHours(1).toMillis();

    private static final int ROWS_AT_ONCE = 1_000;

    /** Channel and minute → {@link Minute}. */
    private static final TableSpec<Minute> MINUTES = TableSpec.of('m', "ledger-minutes", Minute.SERDE, 5_000);

    private final StateTable<Minute> minutes;
    private final StateTable<Counted> totals;
    private final String channel;
    private final String job;
    private final int partition;
    private final Set<Long> dirty = new HashSet<>();

    /**
     * @param counts of each disposition
     * @param nextOffset of the partition
     * @param emittedAt in milliseconds; 0 if it has changed since
     */
    record Minute(long[] counts, long nextOffset, long emittedAt) {
        static final Serde<Minute> SERDE = Binary.plain(
                (minute, out) -> {
                    for (var count : minute.counts) {
                        out.writeLong(count);
                    }
                    out.writeLong(minute.nextOffset);
                    out.writeLong(minute.emittedAt);
                },
                in -> {
                    var counts = new long[Disposition.values().length];
                    for (var i = 0; i < counts.length; i++) {
                        counts[i] = in.readLong();
                    }
                    return new Minute(counts, in.readLong(), in.readLong());
                });

        static final Minute EMPTY = new Minute(new long[Disposition.values().length], 0, 0);

        Minute with(Disposition disposition, long offset) {
            var more = Arrays.copyOf(counts, counts.length);
            more[disposition.ordinal()]++;
            return new Minute(more, offset + 1, 0);
        }

        Minute emittedAt(long time) {
            return new Minute(counts, nextOffset, time);
        }
    }

    /** @param job whose name the totals have */
    LedgerCounter(TaskState state, String channel, String job, ProcessingContext context) {
        this.channel = channel;
        this.job = job;
        partition = context.taskId().partition();
        minutes = state.table(MINUTES);
        totals = state.table(TOTALS);
        findDirty();
        context.schedule(EMIT_EVERY, PunctuationType.WALL_CLOCK_TIME, this::emit);
    }

    public void count(Disposition disposition, long offset, long acceptedAt) {
        var start = Math.floorDiv(acceptedAt, MINUTE) * MINUTE;
        var key = key(start);
        var known = minutes.get(key);
        minutes.put(key, (known == null ? Minute.EMPTY : known).with(disposition, offset), acceptedAt);
        dirty.add(start);
    }

    private void emit(long now) {
        for (var start : dirty) {
            var minute = minutes.get(key(start));
            var counts = Map.of(
                    Counted.APPLIED, minute.counts[Disposition.ON_TIME.ordinal()],
                    Counted.LATE, minute.counts[Disposition.LATE.ordinal()],
                    Counted.REPEATED, minute.counts[Disposition.DUPLICATE.ordinal()]);
            var counted = Counted.read(job, channel, partition, Instant.ofEpochMilli(start), counts, minute.nextOffset);
            totals.put(counted.key(), counted, now);
            minutes.put(key(start), minute.emittedAt(now), now);
        }
        dirty.clear();
        for (var row : minutes.range(key(Long.MIN_VALUE / MINUTE * MINUTE), key(now - OLD), ROWS_AT_ONCE)) {
            if (row.value().emittedAt != 0 && row.value().emittedAt < now - UNCHANGED) {
                minutes.delete(row.key());
            }
        }
    }

    /** Finds the minutes that a process before this one has not passed on. */
    private void findDirty() {
        var first = channel + '|';
        for (var more = true; more; ) {
            var rows = minutes.range(first, channel + (char) ('|' + 1), ROWS_AT_ONCE);
            for (var row : rows) {
                if (row.value().emittedAt == 0) {
                    dirty.add(start(row.key()));
                }
                first = row.key() + '\0';
            }
            more = rows.size() == ROWS_AT_ONCE;
        }
    }

    /** Sorts by time. */
    private String key(long start) {
        return channel + '|' + HexFormat.of().toHexDigits(start ^ Long.MIN_VALUE);
    }

    private static long start(String key) {
        return HexFormat.fromHexDigitsToLong(key, key.length() - 16, key.length()) ^ Long.MIN_VALUE;
    }
}
