package millrace.analytics;

import java.time.Duration;
import java.util.List;
import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.Count;
import millrace.analytics.engine.TwoPhaseAggregate;
import millrace.analytics.engine.Window;
import millrace.events.OrderEvent;
import millrace.events.OrderLine;
import millrace.events.Revenue;

/** Sums the orders and refunds of each minute, country and currency. */
final class RevenueAggregate {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Orders, units, revenue, refunds, refunded. */
    static final TwoPhaseAggregate SPEC = TwoPhaseAggregate.of("revenue", 'R', 5, MINUTE);

    private RevenueAggregate() {}

    static List<Count> counts(OrderEvent event) {
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

    static Revenue row(String key, Aggregate sum) {
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
