package millrace.orders;

import java.util.Optional;
import millrace.events.OrderEvent;
import millrace.events.OrderState;

/**
 * What follows from a transaction.
 *
 * @param event what goes out on {@code orders}
 * @param state the order after it; empty where the order stays as it was
 */
record TransitionResult(OrderEvent event, Optional<OrderState> state) {
    static TransitionResult of(OrderEvent event, OrderState state) {
        return new TransitionResult(event, Optional.of(state));
    }
}
