package millrace.analytics.tally;

import java.util.Set;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.CommitCadence;
import millrace.analytics.stream.LetGo;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Adds up the parts of each row. */
final class Totals extends ContextualProcessor<String, Part, String, Change> {
    private final Tally tally;
    private final AnalyticsConfig config;
    private TimestampedKeyValueStore<String, Sum> sums;

    private Totals(Tally tally, AnalyticsConfig config) {
        this.tally = tally;
        this.config = config;
    }

    static ProcessorSupplier<String, Part, String, Change> supplier(Tally tally, AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Part, String, Change> get() {
                return new Totals(tally, config);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                var sums = Stores.persistentTimestampedKeyValueStore(tally.store());
                return Set.of(Stores.timestampedKeyValueStoreBuilder(sums, Serdes.String(), Sum.SERDE)
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, Change> context) {
        super.init(context);
        sums = context.getStateStore(tally.store());
        LetGo.schedule(context, sums, config);
        CommitCadence.schedule(context);
    }

    @Override
    public void process(Record<String, Part> record) {
        var key = record.value().key();
        var known = sums.get(key);
        var before = known == null ? null : known.value();
        var after = (before == null ? Sum.NOTHING : before).with(record.value());
        var changedAt = known == null ? record.timestamp() : Math.max(known.timestamp(), record.timestamp());
        sums.put(key, ValueAndTimestamp.make(after, changedAt));
        context().forward(new Record<>(key, new Change(before, after), record.timestamp()));
    }
}
