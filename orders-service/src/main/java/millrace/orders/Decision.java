package millrace.orders;

import java.util.Optional;
import millrace.events.OrderState;

/**
 * Context of the decision about one transaction.
 *
 * @param events creates the event that results
 * @param next creates the state that results
 */
record Decision(KnownOrder known, OrderEventFactory events, NextState next) {
    static Decision of(KnownOrder known, Transaction asked) {
        long version = known.version() + 1;
        return new Decision(known, new OrderEventFactory(asked, version), new NextState(asked.event(), version));
    }

    /** Empty where the order is unknown, or only refusals are known of it. */
    Optional<OrderState> order() {
        return known.state();
    }

    /**
     * Refuses: the state stays as it was, and the refusal is an event of its own, so that the versions on
     * {@code orders} have no gap.
     */
    TransitionResult refused(String reason) {
        return new TransitionResult(events.refused(reason), Optional.empty());
    }

    /** Refuses with a sentence that begins with the order's status. */
    TransitionResult refused(OrderState order, String rest) {
        return refused(
                "Order %s is %s%s".formatted(ReasonList.quoted(order.orderId()), StatusText.of(order.status()), rest));
    }
}
