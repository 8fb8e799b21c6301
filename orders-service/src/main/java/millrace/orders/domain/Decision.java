package millrace.orders.domain;

import java.util.Optional;
import millrace.events.OrderEvent;
import millrace.events.OrderState;

/**
 * The result of one transaction.
 *
 * @param event that is published on {@code orders}
 * @param order after the event
 */
public record Decision(OrderEvent event, Order order) {
    /** The state that the event has made; empty after a refusal, which leaves the state as it was. */
    public Optional<OrderState> newState() {
        return order.state().filter(state -> state.version() == event.version());
    }
}
