package millrace.orders;

import java.util.Optional;
import millrace.events.OrderEvent;
import millrace.events.OrderState;

/**
 * The result of one transaction.
 *
 * @param event that is published on {@code orders}
 * @param state of the order afterwards; empty where it has not changed
 */
record TransitionResult(OrderEvent event, Optional<OrderState> state) {
    static TransitionResult of(OrderEvent event, OrderState state) {
        return new TransitionResult(event, Optional.of(state));
    }
}
