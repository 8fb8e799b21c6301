package millrace.analytics;

import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.ORDERS;
import static millrace.events.Channels.TOP_PRODUCTS;

import java.time.Duration;
import java.util.List;
import millrace.analytics.product.ProductRanker;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Topics;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Aggregates;
import millrace.analytics.tally.Change;
import millrace.analytics.tally.Count;
import millrace.analytics.tally.Tally;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TopProducts;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/**
 * Ranks the products most viewed, put into carts and bought in each hour. One partition holds all products of an hour, so
 * it can rank them.
 *
 * <pre>
 * clicks ─▶ viewed, carted ────────────┐
 *                                      ├─▶ tally by hour and product ─▶ rank ─▶ top-products
 * orders ─▶ bought ────────────────────┘
 * </pre>
 */
final class TopProductsTopology {
    /** Viewed, carted, bought. */
    static final Tally TALLY =
            Tally.of("top-products", 3, Duration.ofHours(1)).at(key -> key.substring(0, key.indexOf('|')));

    private TopProductsTopology() {}

    static void add(
            Topics topics,
            Aggregates aggregates,
            KStream<String, ClickEvent> clicks,
            KStream<String, OrderEvent> orders,
            AnalyticsConfig config) {
        var touched = clicks.flatMapValues(TopProductsTopology::touched, Named.as("top-products-touched"));
        var bought = orders.flatMapValues(TopProductsTopology::bought, Named.as("top-products-bought"));
        aggregates.add(
                TALLY,
                sums -> topics.write(rankings(sums, config), TOP_PRODUCTS),
                new Aggregates.Source(CLICKS, touched),
                new Aggregates.Source(ORDERS, bought));
    }

    private static KStream<String, TopProducts> rankings(KStream<String, Change> sums, AnalyticsConfig config) {
        var ranker = ProductRanker.supplier(TALLY.store(), config);
        return sums.process(ranker, Named.as("top-products-rank"), TALLY.store());
    }

    private static List<Count> touched(ClickEvent click) {
        if (!(click instanceof ActionTracked action)
                || action.properties() == null
                || action.properties().productId() == null) {
            return List.of();
        }
        var key =
                Window.key(Window.hour(action.timestamp()), action.properties().productId());
        return switch (action.event()) {
            case "Product Viewed" -> List.of(Count.of(key, action.source(), 1, 0, 0));
            case "Product Added" ->
                List.of(Count.of(key, action.source(), 0, action.properties().pieces(), 0));
            default -> List.of();
        };
    }

    private static List<Count> bought(OrderEvent event) {
        if (!(event instanceof OrderAccepted order)) {
            return List.of();
        }
        var hour = Window.hour(order.timestamp());
        return order.lines().stream()
                .map(line -> Count.of(Window.key(hour, line.productId()), order.source(), 0, 0, line.quantity()))
                .toList();
    }
}
