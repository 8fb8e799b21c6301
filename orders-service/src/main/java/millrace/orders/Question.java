package millrace.orders;

import java.util.Optional;
import millrace.events.OrderState;

/**
 * A transaction that wants an answer.
 *
 * @param order empty where nothing is known of it, or nothing but refusals
 * @param verdict the events that can answer it
 * @param after the states that it can leave behind
 */
record Question(Optional<OrderState> order, Verdict verdict, StateAfter after) {

    /** The order stays as it was, but its version counts, so that the versions on {@code orders} have no gap. */
    Change refused(String reason) {
        return new Change(verdict.refused(reason), order.map(after::unchanged));
    }

    /** The same; the sentence begins with how the order stands. */
    Change refused(OrderState known, String rest) {
        return refused("Order %s is %s%s".formatted(known.orderId(), StatusText.of(known.status()), rest));
    }
}
