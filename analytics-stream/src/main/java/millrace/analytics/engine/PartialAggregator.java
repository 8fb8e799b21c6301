package millrace.analytics.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Counts the rows of all aggregates in one partition. A row whose window and allowed lateness are over by its source's
 * watermark is passed on once more, as settled, and dropped: an event for it would be late.
 */
public final class PartialAggregator {
    /** Aggregate, channel, source and key of the row → counts. */
    public static final char TABLE = 'p';

    private static final TableSpec<PartialCounts> ROWS =
            TableSpec.of(TABLE, "partials", PartialCounts.SERDE, 5_000).emitting(TableSpec.Emission.ROWS);

    private static final Duration SETTLE_EVERY = Duration.ofSeconds(1);
    private static final char END = '\0';

    /** Rows that settle at once; the others a second later. */
    private static final int MOST = 10_000;

    private final TaskState state;
    private final StateTable<PartialCounts> rows;
    private final int partition;
    private final long allowedLateness;
    private final Map<String, TwoPhaseAggregate> aggregates = new HashMap<>();
    private final Map<String, Long> settledTo = new HashMap<>();

    PartialAggregator(TaskState state, Duration allowedLateness, ProcessingContext context) {
        this.state = state;
        this.allowedLateness = allowedLateness.toMillis();
        rows = state.table(ROWS);
        partition = context.taskId().partition();
    }

    /** Adds an aggregate that counts events of a channel; its rows settle by the watermarks of the channel. */
    public PartialAggregator of(
            TwoPhaseAggregate aggregate, String channel, SourceWatermarks watermarks, ProcessingContext context) {
        aggregates.put(aggregate.name(), aggregate);
        if (aggregate.window() != null) {
            context.schedule(
                    SETTLE_EVERY,
                    PunctuationType.WALL_CLOCK_TIME,
                    now -> watermarks.each((source, time) -> settle(aggregate, channel, source, time)));
        }
        return this;
    }

    StateTable<PartialCounts> rows() {
        return rows;
    }

    public void count(TwoPhaseAggregate aggregate, String channel, Count count, long acceptedAt) {
        var key = aggregate.name() + END + channel + END + count.source() + END + count.key();
        var known = rows.get(key);
        if (known == null && count.correction()) {
            return; // The row has expired. Counts that begin at zero would replace all that it had.
        }
        var before = known == null ? PartialCounts.empty(aggregate.counts()) : known;
        rows.put(key, before.plus(count, state.nextCommit()), acceptedAt);
    }

    private void settle(TwoPhaseAggregate aggregate, String channel, String source, long watermark) {
        var window = aggregate.window().toMillis();
        var last = Math.floorDiv(watermark - allowedLateness - window, window) * window;
        var begin = aggregate.name() + END + channel + END + source + END;
        if (Long.valueOf(last).equals(settledTo.get(begin))) {
            return;
        }
        var settled = rows.range(begin, begin + Instant.ofEpochMilli(last) + '~', MOST);
        for (var row : settled) {
            if (!row.value().settled()) {
                rows.put(row.key(), row.value().settled(state.nextCommit()), row.timestamp());
            }
        }
        if (settled.size() < MOST) {
            settledTo.put(begin, last);
        }
    }

    /**
     * Passes on a row that has changed.
     *
     * @param to takes the partial counts and where they are added up
     */
    public void emit(String key, Object value, BiConsumer<String, Partial> to) {
        if (value == null) {
            return;
        }
        var counts = (PartialCounts) value;
        var channel = key.indexOf(END) + 1;
        var source = key.indexOf(END, channel) + 1;
        var row = key.indexOf(END, source) + 1;
        var aggregate = aggregates.get(key.substring(0, channel - 1));
        var from = key.substring(channel, source - 1) + '/' + partition + '/' + key.substring(source, row - 1);
        var rowKey = key.substring(row);
        to.accept(
                aggregate.place().apply(rowKey),
                new Partial(aggregate.name(), rowKey, from, counts.share(aggregate.distinct())));
        var now = rows.get(key);
        if (counts.settled() && now != null && now.version() == counts.version()) {
            rows.delete(key);
        }
    }
}
