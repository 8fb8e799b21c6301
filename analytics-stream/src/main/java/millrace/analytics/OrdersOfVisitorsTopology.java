package millrace.analytics;

import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.InternalFormat;
import millrace.analytics.visit.Deed.Ordered;
import millrace.analytics.visit.JoinOrders;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.events.OrderEvent;
import millrace.events.TransactionEvent;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * Finds the visitor of each accepted order. {@code transactions} names the visitor, {@code orders} the accepted order; both
 * are keyed by order, and either may be read first.
 *
 * <pre>
 * transactions ─┐
 *               ├─▶ join by order ─▶ repartition by visitor
 * orders ───────┘
 * </pre>
 */
final class OrdersOfVisitorsTopology {
    private static final String NAME = "orders-of-visitors";

    /** What Kafka Streams calls the topic between, behind the id of the application. */
    static final String REPARTITION = "-" + NAME + "-repartition";

    private OrdersOfVisitorsTopology() {}

    static KStream<String, Ordered> add(
            KStream<String, TransactionEvent> transactions,
            KStream<String, OrderEvent> orders,
            AnalyticsConfig config) {
        var placed = transactions
                .filter((order, event) -> event instanceof TransactionEvent.OrderPlaced, Named.as("orders-placed"))
                .mapValues(JoinOrders::placed, Named.as("orders-named"));
        var accepted = orders.filter(
                        (order, event) -> event instanceof OrderEvent.OrderAccepted, Named.as("orders-accepted"))
                .mapValues(JoinOrders::accepted, Named.as("orders-counting"));
        // As many partitions as the clicks have, so that one task has both clicks and orders of a visitor.
        return placed.merge(accepted, Named.as("orders-known"))
                .process(JoinOrders.supplier(config), Named.as("orders-join"))
                .repartition(Repartitioned.with(Serdes.String(), InternalFormat.of(Json.serde(Ordered.class)))
                        .withName(NAME)
                        .withNumberOfPartitions(
                                Catalogue.entry(Channels.CLICKS.name()).partitions()));
    }
}
