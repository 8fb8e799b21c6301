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
record Change(OrderEvent event, Optional<OrderState> state) {
    static Change of(OrderEvent event, OrderState state) {
        return new Change(event, Optional.of(state));
    }
}
