package millrace.orders;

import java.util.Optional;
import millrace.events.OrderState;

/**
 * What is known of an order.
 *
 * @param state empty where nothing is known but refusals
 * @param version number of its events on {@code orders}
 * @param refunds how many there were, those on account included
 */
record KnownOrder(Optional<OrderState> state, long version, int refunds) {
    static final KnownOrder NOTHING = new KnownOrder(Optional.empty(), 0, 0);
}
