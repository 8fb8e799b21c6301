package millrace.analytics;

import static millrace.events.Channels.TOP_PRODUCTS;

import java.util.Comparator;
import java.util.List;
import millrace.events.Json;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TopProducts.Product;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * The products most bought in each hour. An order travels as one record to the partition of its hour.
 *
 * <pre>accepted orders ─▶ by hour ─▶ rank ─▶ top-products</pre>
 */
final class TopProductsTopology {
    /** Hour and product → units. */
    static final String STORE = "product-units-store";

    private static final Comparator<Product> MOST_UNITS_FIRST =
            Comparator.comparingLong(Product::units).reversed().thenComparing(Product::productId);

    private TopProductsTopology() {}

    static void add(Topics topics, KStream<String, OrderAccepted> accepted, AnalyticsConfig config) {
        var tops = accepted.map(TopProductsTopology::byHour, Named.as("top-products-by-hour"))
                .repartition(Repartitioned.with(Serdes.String(), Json.serde(Product[].class))
                        .withName("top-products"))
                .process(RankProducts.supplier(config), Named.as("top-products-rank"));
        tops.process(() -> new LetGo<>(STORE, config.keep()), Named.as("product-units-let-go"), STORE);
        tops.process(
                () -> new LetGo<>(RankProducts.TOP, config.keep()), Named.as("top-products-let-go"), RankProducts.TOP);
        topics.write(tops, TOP_PRODUCTS, "write-top-products");
    }

    private static KeyValue<String, Product[]> byHour(String order, OrderAccepted accepted) {
        return KeyValue.pair(
                Window.hour(accepted.timestamp()).toString(),
                accepted.lines().stream()
                        .map(line -> new Product(line.productId(), line.quantity()))
                        .toArray(Product[]::new));
    }

    /** The first {@code limit} of them, most units first, ties by product id. */
    static List<Product> top(List<Product> products, int limit) {
        return products.stream().sorted(MOST_UNITS_FIRST).limit(limit).toList();
    }
}
