package millrace.orders;

import java.util.Optional;
import millrace.events.OrderState;

/**
 * The facts about an order that a decision depends on.
 *
 * @param state empty where nothing but refusals is known
 * @param version number of its events on {@code orders}
 * @param refunds number of its refunds, those on account included
 */
record KnownOrder(Optional<OrderState> state, long version, int refunds) {
    static final KnownOrder NOTHING = new KnownOrder(Optional.empty(), 0, 0);
}
