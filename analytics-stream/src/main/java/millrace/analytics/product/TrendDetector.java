package millrace.analytics.product;

import java.util.Set;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.LetGo;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Change;
import millrace.events.TrendingProduct;
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

/**
 * Compares a product's latest quarter of an hour with the day before whenever its views change, and emits the product
 * while it is trending and a tombstone when it stops. A trend stops at the latest when its quarter is settled: then its
 * source is more than a day ahead, and the product was not viewed again.
 */
public final class TrendDetector extends ContextualProcessor<String, Change, String, TrendingProduct> {
    /** Product → {@link ProductHistory}. */
    public static final String STORE = "trends-store";

    private final AnalyticsConfig config;
    private TimestampedKeyValueStore<String, ProductHistory> histories;

    private TrendDetector(AnalyticsConfig config) {
        this.config = config;
    }

    public static ProcessorSupplier<String, Change, String, TrendingProduct> supplier(AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Change, String, TrendingProduct> get() {
                return new TrendDetector(config);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                var histories = Stores.persistentTimestampedKeyValueStore(STORE);
                return Set.of(Stores.timestampedKeyValueStoreBuilder(histories, Serdes.String(), ProductHistory.SERDE)
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, TrendingProduct> context) {
        super.init(context);
        histories = context.getStateStore(STORE);
        LetGo.schedule(context, histories, config);
    }

    @Override
    public void process(Record<String, Change> record) {
        var product = Window.rest(record.key());
        var quarter = ProductHistory.quarter(Window.start(record.key()));
        var known = histories.get(product);
        var before = known == null ? ProductHistory.NONE : known.value();
        var sum = record.value().after();
        var after = before.with(quarter, sum.count(0), sum.settled());
        histories.put(product, ValueAndTimestamp.make(after, record.timestamp()));
        var trend = after.lastingTrend(product);
        if (trend.isPresent() || before.lastingTrend(product).isPresent()) {
            context().forward(new Record<>(product, trend.orElse(null), record.timestamp()));
        }
    }
}
