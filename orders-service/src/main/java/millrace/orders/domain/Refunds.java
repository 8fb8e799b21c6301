package millrace.orders.domain;

import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.REFUNDED;

import java.util.Objects;
import millrace.events.OrderState;
import millrace.events.TransactionEvent.RefundRequested;

/**
 * The rules of refunds, as part of the {@link OrderLifecycle}: never more than was paid, and on account for an unknown
 * order. Each refund publishes the whole state again, so an order has at most {@value #MOST} refunds; the next one must
 * pay back all that is left, and is refused on account.
 */
record Refunds(Transition transition) {
    static final int MOST = 100;

    Decision decide(RefundRequested request) {
        var refund = request.currency() == null && request.amountMinor() == 0
                ? transition.known().map(known -> whole(request, known)).orElse(request)
                : request;
        if (refund.amountMinor() <= 0) {
            return transition.refused("A refund of %d minor units is not above 0.".formatted(refund.amountMinor()));
        }
        if (!Money.isCurrency(refund.currency())) {
            return transition.refused(
                    "Currency %s is no code of ISO 4217.".formatted(ReasonList.quoted(refund.currency())));
        }
        return transition.known().map(known -> refund(refund, known)).orElseGet(() -> openAccount(refund));
    }

    private Decision refund(RefundRequested refund, OrderState known) {
        return switch (known.status()) {
            case PAID, SHIPPED, DELIVERED -> payBack(refund, known);
            case ON_ACCOUNT -> addToAccount(refund, known);
            case ACCEPTED, REJECTED, CANCELLED, REFUNDED, ERASED ->
                transition.refused(known, ": there is nothing to refund.");
        };
    }

    private Decision payBack(RefundRequested refund, OrderState known) {
        long left = known.totalMinor() - known.refundedMinor();
        if (!refund.currency().equals(known.currency()) || refund.amountMinor() > left) {
            return transition.refused("A refund of %s cannot be taken from the %s that is left of order %s."
                    .formatted(
                            Money.text(refund.amountMinor(), refund.currency()),
                            Money.text(left, known.currency()),
                            known.orderId()));
        }
        if (isAtTheLimit() && refund.amountMinor() < left) {
            return transition.refused(
                    known,
                    ", and has been refunded %d times: only the %s that are left can be, at once."
                            .formatted(MOST, Money.text(left, known.currency())));
        }
        var status = refund.amountMinor() == left ? REFUNDED : known.status();
        long refunded = known.refundedMinor() + refund.amountMinor();
        return transition.changed(
                transition.events().refunded(refund, known.country(), false),
                transition.next().refunded(known, status, refunded));
    }

    private Decision openAccount(RefundRequested refund) {
        var country = Objects.requireNonNullElse(refund.country(), OrderLifecycle.UNKNOWN_COUNTRY);
        return transition.changed(
                transition.events().refunded(refund, country, true),
                transition.next().onAccount(refund, country));
    }

    private Decision addToAccount(RefundRequested refund, OrderState known) {
        long room = Long.MAX_VALUE - known.refundedMinor();
        if (!refund.currency().equals(known.currency()) || refund.amountMinor() > room) {
            return transition.refused("A refund of %s cannot be added to the %s on account of order %s."
                    .formatted(
                            Money.text(refund.amountMinor(), refund.currency()),
                            Money.text(known.refundedMinor(), known.currency()),
                            known.orderId()));
        }
        if (isAtTheLimit()) {
            return transition.refused(
                    known, ", and has been refunded %d times: it cannot be refunded further.".formatted(MOST));
        }
        long refunded = known.refundedMinor() + refund.amountMinor();
        var country = Objects.requireNonNullElse(refund.country(), OrderLifecycle.UNKNOWN_COUNTRY);
        return transition.changed(
                transition.events().refunded(refund, country, true),
                transition.next().refunded(known, ON_ACCOUNT, refunded));
    }

    private boolean isAtTheLimit() {
        return transition.order().refunds() >= MOST;
    }

    /** Fills in the amount of a refund that names none: all that is left of the order. */
    private static RefundRequested whole(RefundRequested request, OrderState known) {
        return new RefundRequested(
                request.eventId(),
                request.source(),
                request.orderId(),
                request.customerId(),
                request.country(),
                known.currency(),
                known.totalMinor() - known.refundedMinor(),
                request.timestamp(),
                request.receivedAt());
    }
}
