package millrace.analytics;

import static millrace.events.Channels.ORDERS;
import static millrace.events.Channels.REVENUE;

import java.time.Duration;
import java.util.List;
import millrace.analytics.stream.Topics;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Aggregates;
import millrace.analytics.tally.Change;
import millrace.analytics.tally.Count;
import millrace.analytics.tally.Sum;
import millrace.analytics.tally.Tally;
import millrace.events.OrderEvent;
import millrace.events.OrderLine;
import millrace.events.Revenue;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/**
 * Sums the orders and refunds of each minute, country and currency.
 *
 * <pre>orders ─▶ money moved ─▶ tally by minute, country and currency ─▶ revenue-per-minute</pre>
 */
final class RevenueTopology {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Orders, units, revenue, refunds, refunded. */
    static final Tally TALLY = Tally.of("revenue", 5, MINUTE);

    private RevenueTopology() {}

    static void add(Topics topics, Aggregates aggregates, KStream<String, OrderEvent> orders) {
        var counts = orders.flatMapValues(RevenueTopology::moneyMoved, Named.as("revenue-money-moved"));
        aggregates.add(TALLY, sums -> topics.write(rows(sums), REVENUE), new Aggregates.Source(ORDERS, counts));
    }

    private static List<Count> moneyMoved(OrderEvent event) {
        return switch (event) {
            case OrderEvent.OrderAccepted order -> {
                var units =
                        order.lines().stream().mapToLong(OrderLine::quantity).sum();
                yield of(order, order.country(), order.currency(), 1, units, order.totalMinor(), 0, 0);
            }
            case OrderEvent.OrderRefunded refund ->
                of(refund, refund.country(), refund.currency(), 0, 0, 0, 1, refund.amountMinor());
            case OrderEvent.OrderCancelled order ->
                order.refundedMinor() == 0
                        ? of(order, order.country(), order.currency(), -1, -order.units(), -order.totalMinor(), 0, 0)
                        : of(order, order.country(), order.currency(), 0, 0, 0, 1, order.refundedMinor());
            case OrderEvent.OrderRejected rejected -> List.of();
            case OrderEvent.OrderPaid paid -> List.of();
            case OrderEvent.OrderShipped shipped -> List.of();
            case OrderEvent.OrderDelivered delivered -> List.of();
            case OrderEvent.OrderErased erased -> List.of();
            case OrderEvent.TransitionRefused refused -> List.of();
        };
    }

    private static List<Count> of(OrderEvent event, String country, String currency, long... counts) {
        var place = country == null ? "unknown" : country;
        var key = Window.key(Window.minute(event.timestamp()), place, currency);
        return List.of(Count.of(key, event.source(), counts));
    }

    private static KStream<String, Revenue> rows(KStream<String, Change> sums) {
        return sums.mapValues((key, change) -> row(key, change.after()), Named.as("revenue-rows"));
    }

    static Revenue row(String key, Sum sum) {
        var start = Window.start(key);
        var currency = key.lastIndexOf('|');
        return new Revenue(
                start,
                start.plus(MINUTE),
                key.substring(key.indexOf('|') + 1, currency),
                key.substring(currency + 1),
                sum.count(0),
                sum.count(1),
                sum.count(2),
                sum.count(3),
                sum.count(4),
                sum.settled());
    }
}
