package millrace.orders;

import java.util.Optional;
import millrace.events.OrderState;

/**
 * A transaction that wants an answer.
 *
 * @param verdict the events that can answer it
 * @param after the states that it can leave behind
 */
record Question(Known known, Verdict verdict, StateAfter after) {
    static Question of(Known known, Transaction asked) {
        long next = known.version() + 1;
        return new Question(known, new Verdict(asked, next), new StateAfter(asked.event(), next));
    }

    /** Empty where nothing is known of it, or nothing but refusals. */
    Optional<OrderState> order() {
        return known.state();
    }

    /** The order stays as it was; the refusal counts as an event, so that the versions on {@code orders} have no gap. */
    Change refused(String reason) {
        return new Change(verdict.refused(reason), Optional.empty());
    }

    /** Refuses with a sentence that begins with how the order stands. */
    Change refused(OrderState order, String rest) {
        return refused(
                "Order %s is %s%s".formatted(Reasons.quoted(order.orderId()), StatusText.of(order.status()), rest));
    }
}
