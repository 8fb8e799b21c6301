package millrace.orders;

import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.REFUNDED;

import java.util.Objects;
import millrace.events.OrderState;
import millrace.events.TransactionEvent.RefundRequested;

/**
 * The part of the {@link Lifecycle} that pays back: never more than was paid, and of an unknown order on account. Each refund
 * restates the whole order, so an order has at most {@value #MOST}; the one after them must pay back all that is left, and is
 * refused on account.
 */
record Refunds(Question question) {
    static final int MOST = 100;

    Change answer(RefundRequested asked) {
        var refund = asked.currency() == null && asked.amountMinor() == 0
                ? question.order().map(known -> whole(asked, known)).orElse(asked)
                : asked;
        if (refund.amountMinor() <= 0) {
            return question.refused("A refund of %d minor units is not above 0.".formatted(refund.amountMinor()));
        }
        if (!Money.isCurrency(refund.currency())) {
            return question.refused("Currency %s is no code of ISO 4217.".formatted(Reasons.quoted(refund.currency())));
        }
        return question.order().map(known -> refund(refund, known)).orElseGet(() -> openAccount(refund));
    }

    private Change refund(RefundRequested refund, OrderState known) {
        return switch (known.status()) {
            case PAID, SHIPPED, DELIVERED -> payBack(refund, known);
            case ON_ACCOUNT -> addToAccount(refund, known);
            case ACCEPTED, REJECTED, CANCELLED, REFUNDED, ERASED ->
                question.refused(known, ": there is nothing to refund.");
        };
    }

    private Change payBack(RefundRequested refund, OrderState known) {
        long left = known.totalMinor() - known.refundedMinor();
        if (!refund.currency().equals(known.currency()) || refund.amountMinor() > left) {
            return question.refused("A refund of %s cannot be taken from the %s that is left of order %s."
                    .formatted(
                            Money.text(refund.amountMinor(), refund.currency()),
                            Money.text(left, known.currency()),
                            known.orderId()));
        }
        if (isAtTheLimit() && refund.amountMinor() < left) {
            return question.refused(
                    known,
                    ", and has been refunded %d times: only the %s that are left can be, at once."
                            .formatted(MOST, Money.text(left, known.currency())));
        }
        var status = refund.amountMinor() == left ? REFUNDED : known.status();
        long refunded = known.refundedMinor() + refund.amountMinor();
        return Change.of(
                question.verdict().refunded(refund, known.country(), false),
                question.after().refunded(known, status, refunded));
    }

    private Change openAccount(RefundRequested refund) {
        var country = Objects.requireNonNullElse(refund.country(), Lifecycle.UNKNOWN_COUNTRY);
        return Change.of(
                question.verdict().refunded(refund, country, true),
                question.after().onAccount(refund, country));
    }

    private Change addToAccount(RefundRequested refund, OrderState known) {
        long room = Long.MAX_VALUE - known.refundedMinor();
        if (!refund.currency().equals(known.currency()) || refund.amountMinor() > room) {
            return question.refused("A refund of %s cannot be added to the %s on account of order %s."
                    .formatted(
                            Money.text(refund.amountMinor(), refund.currency()),
                            Money.text(known.refundedMinor(), known.currency()),
                            known.orderId()));
        }
        if (isAtTheLimit()) {
            return question.refused(
                    known, ", and has been refunded %d times: it cannot be refunded further.".formatted(MOST));
        }
        long refunded = known.refundedMinor() + refund.amountMinor();
        var country = Objects.requireNonNullElse(refund.country(), Lifecycle.UNKNOWN_COUNTRY);
        return Change.of(
                question.verdict().refunded(refund, country, true),
                question.after().refunded(known, ON_ACCOUNT, refunded));
    }

    private boolean isAtTheLimit() {
        return question.known().refunds() >= MOST;
    }

    /** A shop that says only that its order is refunded means all that is left of it. */
    private static RefundRequested whole(RefundRequested asked, OrderState known) {
        return new RefundRequested(
                asked.eventId(),
                asked.source(),
                asked.orderId(),
                asked.customerId(),
                asked.country(),
                known.currency(),
                known.totalMinor() - known.refundedMinor(),
                asked.timestamp(),
                asked.receivedAt());
    }
}
