package millrace.analytics.tally;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Clocks;
import millrace.analytics.stream.LetGo;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * What one partition knows of each row. It counts every event at once and tells of the rows that have changed some times
 * a second. A row says whether it has been told of, so nothing is forgotten if the job ends in between. A row whose
 * window and grace are over by its source's clock is told of once more, as settled, and dropped: an event for it would
 * be late.
 */
final class Parts extends ContextualProcessor<String, Count, String, Part> {
    /** An update waits at most so long here: half of what the commit takes that follows. */
    private static final Duration TELL_EVERY = Duration.ofMillis(50);

    private static final Duration SETTLE_EVERY = Duration.ofSeconds(1);
    private static final char END = '\0';
    private static final char AFTER_END = END + 1;

    private final Tally tally;
    private final String channel;
    private final boolean expires;
    private final AnalyticsConfig config;
    private final Set<String> untold = new LinkedHashSet<>();
    private final Map<String, Long> settledTo = new HashMap<>();
    private TimestampedKeyValueStore<String, Row> rows;
    private Clocks clocks;
    private String from;

    private Parts(Tally tally, String channel, boolean expires, AnalyticsConfig config) {
        this.tally = tally;
        this.channel = channel;
        this.expires = expires;
        this.config = config;
    }

    /** Returns the store for the parts of all aggregates of a channel: aggregate, source and key of the row → {@link Row}. */
    static StoreBuilder<?> store(String channel) {
        return Stores.timestampedKeyValueStoreBuilder(
                        Stores.persistentTimestampedKeyValueStore(name(channel)), Serdes.String(), Row.SERDE)
                .withCachingEnabled();
    }

    private static String name(String channel) {
        return channel + "-parts";
    }

    /** @param expires true for the one of the channel's aggregates that lets old rows of all of them go */
    static ProcessorSupplier<String, Count, String, Part> supplier(
            Tally tally, String channel, StoreBuilder<?> store, boolean expires, AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Count, String, Part> get() {
                return new Parts(tally, channel, expires, config);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(store);
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, Part> context) {
        super.init(context);
        rows = context.getStateStore(name(channel));
        clocks = Clocks.of(context, channel);
        from = channel + '/' + context.taskId().partition() + '/';
        try (var all = rows.range(tally.name() + END, tally.name() + AFTER_END)) {
            all.forEachRemaining(row -> {
                if (!row.value.value().told()) {
                    untold.add(row.key);
                }
            });
        }
        if (expires) {
            LetGo.schedule(context, rows, config);
        }
        context.schedule(TELL_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> tell());
        if (tally.window() != null) {
            context.schedule(SETTLE_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> clocks.each(this::settle));
        }
    }

    @Override
    public void process(Record<String, Count> record) {
        var count = record.value();
        var key = tally.name() + END + count.source() + END + count.key();
        var known = rows.get(key);
        if (known == null && count.correction()) {
            return; // The row has expired. A part that begins at zero would replace all that it had counted.
        }
        var row = (known == null ? Row.empty(tally.counts()) : known.value()).plus(count);
        rows.put(key, ValueAndTimestamp.make(row, record.timestamp()));
        untold.add(key);
    }

    private void tell() {
        for (var key : untold) {
            var row = rows.get(key);
            if (row != null) {
                forward(key, row, false);
                rows.put(key, ValueAndTimestamp.make(row.value().asTold(), row.timestamp()));
            }
        }
        untold.clear();
    }

    private void settle(String source, long clock) {
        var window = tally.window().toMillis();
        var last = Math.floorDiv(clock - config.grace().toMillis() - window, window) * window;
        if (Long.valueOf(last).equals(settledTo.put(source, last))) {
            return;
        }
        var over = Instant.ofEpochMilli(last);
        var begin = tally.name() + END + source + END;
        try (var settled = rows.range(begin, begin + over + '~')) {
            settled.forEachRemaining(row -> {
                forward(row.key, row.value, true);
                rows.delete(row.key);
            });
        }
    }

    private void forward(String key, ValueAndTimestamp<Row> row, boolean settled) {
        var source = key.indexOf(END) + 1;
        var end = key.indexOf(END, source);
        var rowKey = key.substring(end + 1);
        var part = new Part(
                tally.name(), rowKey, from + key.substring(source, end), new Sum.Share(settled, counts(row.value())));
        context().forward(new Record<>(tally.place().apply(rowKey), part, row.timestamp()));
    }

    private long[] counts(Row row) {
        if (!tally.distinct()) {
            return row.counts();
        }
        var all = Arrays.copyOf(row.counts(), row.counts().length + 1);
        all[row.counts().length] = Distinct.estimate(row.someones());
        return all;
    }
}
