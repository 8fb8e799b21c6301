package millrace.analytics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import millrace.events.Json;
import millrace.events.TopProducts;
import millrace.events.TopProducts.Product;
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
 * Adds an order's products to its hour and ranks them again. Units only grow, so the new ranking is among the old one
 * and the products of this order: the rest of the hour need not be looked at.
 */
final class RankProducts extends ContextualProcessor<String, Product[], String, TopProducts> {
    /** Hour → its ranking, as on the channel. */
    static final String TOP = "top-products-store";

    private static final Duration HOUR = Duration.ofHours(1);

    private final int ranks;
    private TimestampedKeyValueStore<String, Long> units;
    private TimestampedKeyValueStore<String, TopProducts> tops;

    private RankProducts(int ranks) {
        this.ranks = ranks;
    }

    static ProcessorSupplier<String, Product[], String, TopProducts> supplier(AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Product[], String, TopProducts> get() {
                return new RankProducts(config.topProducts());
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(
                        Stores.timestampedKeyValueStoreBuilder(
                                Stores.persistentTimestampedKeyValueStore(TopProductsTopology.STORE),
                                Serdes.String(),
                                Serdes.Long()),
                        Stores.timestampedKeyValueStoreBuilder(
                                Stores.persistentTimestampedKeyValueStore(TOP),
                                Serdes.String(),
                                Json.serde(TopProducts.class)));
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, TopProducts> context) {
        super.init(context);
        units = context.getStateStore(TopProductsTopology.STORE);
        tops = context.getStateStore(TOP);
    }

    @Override
    public void process(Record<String, Product[]> order) {
        var hour = Instant.parse(order.key());
        var changed = new HashSet<String>();
        for (var product : order.value()) {
            add(Window.key(hour, product.productId()), product.units(), order.timestamp());
            changed.add(product.productId());
        }

        var candidates = new ArrayList<Product>();
        changed.forEach(id ->
                candidates.add(new Product(id, units.get(Window.key(hour, id)).value())));
        var before = tops.get(order.key());
        if (before != null) {
            before.value().products().stream()
                    .filter(product -> !changed.contains(product.productId()))
                    .forEach(candidates::add);
        }

        var top = new TopProducts(hour, hour.plus(HOUR), TopProductsTopology.top(candidates, ranks));
        tops.put(order.key(), ValueAndTimestamp.make(top, order.timestamp()));
        context().forward(order.withValue(top));
    }

    private void add(String key, long more, long acceptedAt) {
        var known = units.get(key);
        units.put(key, ValueAndTimestamp.make(more + (known == null ? 0 : known.value()), acceptedAt));
    }
}
