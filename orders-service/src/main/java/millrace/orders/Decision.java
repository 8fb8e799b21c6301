package millrace.orders;

import java.util.Optional;
import millrace.events.OrderState;

/**
 * A transaction that wants an answer.
 *
 * @param verdict the events that can answer it
 * @param after the states that it can leave behind
 */
record Decision(KnownOrder known, OrderEventFactory events, NextState next) {
    static Decision of(KnownOrder known, Transaction asked) {
        long version = known.version() + 1;
        return new Decision(known, new OrderEventFactory(asked, version), new NextState(asked.event(), version));
    }

    /** Empty where nothing is known of it, or nothing but refusals. */
    Optional<OrderState> order() {
        return known.state();
    }

    /** The order stays as it was; the refusal counts as an event, so that the versions on {@code orders} have no gap. */
    TransitionResult refused(String reason) {
        return new TransitionResult(events.refused(reason), Optional.empty());
    }

    /** Refuses with a sentence that begins with how the order stands. */
    TransitionResult refused(OrderState order, String rest) {
        return refused(
                "Order %s is %s%s".formatted(ReasonList.quoted(order.orderId()), StatusText.of(order.status()), rest));
    }
}
