package millrace.analytics;

import java.time.Duration;
import java.util.List;
import millrace.analytics.engine.Count;
import millrace.analytics.engine.TwoPhaseAggregate;
import millrace.analytics.engine.Window;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;

/**
 * Counts how often each product was viewed, put into carts and bought in each hour. One partition holds all products of an
 * hour, so it can rank them.
 */
final class TopProductsAggregate {
    /** Viewed, carted, bought. */
    static final TwoPhaseAggregate SPEC = TwoPhaseAggregate.of("top-products", 'T', 3, Duration.ofHours(1))
            .at(key -> key.substring(0, key.indexOf('|')));

    private TopProductsAggregate() {}

    static List<Count> counts(ClickEvent click) {
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

    static List<Count> counts(OrderEvent event) {
        if (!(event instanceof OrderAccepted order)) {
            return List.of();
        }
        var hour = Window.hour(order.timestamp());
        return order.lines().stream()
                .map(line -> Count.of(Window.key(hour, line.productId()), order.source(), 0, 0, line.quantity()))
                .toList();
    }
}
