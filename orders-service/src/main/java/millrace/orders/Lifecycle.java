package millrace.orders;

import static millrace.events.OrderState.Status.ACCEPTED;
import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.REFUNDED;
import static millrace.events.OrderState.Status.REJECTED;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.OrderEvent;
import millrace.events.OrderState;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;

/**
 * The rules of an order, as a function of what is known of it and what is asked: every transaction is answered, by a
 * change or by a refusal that says why.
 *
 * <pre>
 * nothing ─┬─ placed ──▶ accepted ─┬─ refund (in parts) ─▶ refunded
 *          ├─ faulty ──▶ rejected  └─ cancellation ──────▶ cancelled
 *          └─ refund ──▶ on account ◀─ further refunds add up
 * </pre>
 */
final class Lifecycle {
    private static final String UNKNOWN = "unknown";

    private final Optional<OrderState> order;
    private final Verdict verdict;
    private final StateAfter after;

    private Lifecycle(Optional<OrderState> order, Verdict verdict, StateAfter after) {
        this.order = order;
        this.verdict = verdict;
        this.after = after;
    }

    /**
     * @param order empty where nothing is known of it, or nothing but refusals
     * @param version of the order after the answer
     */
    static Change answer(Optional<OrderState> order, long version, TransactionEvent asked) {
        var rules = new Lifecycle(order, new Verdict(asked, version), new StateAfter(asked, version));
        return switch (asked) {
            case OrderPlaced placed -> rules.place(placed);
            case ChangeRequested change -> rules.change(change);
            case RefundRequested refund -> rules.refund(refund);
            case CancellationRequested request -> rules.cancel(request);
        };
    }

    private Change place(OrderPlaced placed) {
        if (order.isPresent()) {
            return refused("Order %s is known already: it is %s.".formatted(placed.orderId(), status(order.get())));
        }
        var country = Objects.requireNonNullElse(placed.country(), UNKNOWN);
        var faults = Faults.of(placed);
        if (!faults.isEmpty()) {
            return change(verdict.rejected(faults), after.placed(placed, REJECTED, country, 0, faults));
        }
        long total = Faults.sum(placed.lines()).orElseThrow();
        return change(
                verdict.accepted(placed, country, total), after.placed(placed, ACCEPTED, country, total, List.of()));
    }

    /** What was accepted is what is delivered: whoever wants something else cancels, and places another order. */
    private Change change(ChangeRequested request) {
        return refused(order.map(known -> "Order %s is %s: its lines cannot be changed. Cancel it and place another."
                        .formatted(known.orderId(), status(known)))
                .orElseGet(() -> "Order %s is not known: it cannot be changed.".formatted(request.orderId())));
    }

    private Change refund(RefundRequested refund) {
        if (refund.amountMinor() <= 0) {
            return refused("A refund of %d minor units is not above 0.".formatted(refund.amountMinor()));
        }
        if (!Money.isCurrency(refund.currency())) {
            return refused("Currency %s is no code of ISO 4217.".formatted(refund.currency()));
        }
        return order.map(known -> refund(refund, known)).orElseGet(() -> openAccount(refund));
    }

    private Change refund(RefundRequested refund, OrderState known) {
        return switch (known.status()) {
            case ACCEPTED -> payBack(refund, known);
            case ON_ACCOUNT -> addToAccount(refund, known);
            case REJECTED, CANCELLED, REFUNDED ->
                refused("Order %s is %s: nothing is left to refund.".formatted(known.orderId(), status(known)));
        };
    }

    private Change payBack(RefundRequested refund, OrderState known) {
        long left = known.totalMinor() - known.refundedMinor();
        if (!refund.currency().equals(known.currency()) || refund.amountMinor() > left) {
            return refused("A refund of %s cannot be taken from the %s that is left of order %s."
                    .formatted(
                            Money.text(refund.amountMinor(), refund.currency()),
                            Money.text(left, known.currency()),
                            known.orderId()));
        }
        var status = refund.amountMinor() == left ? REFUNDED : ACCEPTED;
        long refunded = known.refundedMinor() + refund.amountMinor();
        return change(verdict.refunded(refund, known.country(), false), after.refunded(known, status, refunded));
    }

    private Change openAccount(RefundRequested refund) {
        var country = Objects.requireNonNullElse(refund.country(), UNKNOWN);
        return change(verdict.refunded(refund, country, true), after.onAccount(refund, country));
    }

    private Change addToAccount(RefundRequested refund, OrderState known) {
        long room = Long.MAX_VALUE - known.refundedMinor();
        if (!refund.currency().equals(known.currency()) || refund.amountMinor() > room) {
            return refused("A refund of %s cannot be added to the %s on account of order %s."
                    .formatted(
                            Money.text(refund.amountMinor(), refund.currency()),
                            Money.text(known.refundedMinor(), known.currency()),
                            known.orderId()));
        }
        long refunded = known.refundedMinor() + refund.amountMinor();
        var country = Objects.requireNonNullElse(refund.country(), UNKNOWN);
        return change(verdict.refunded(refund, country, true), after.refunded(known, ON_ACCOUNT, refunded));
    }

    private Change cancel(CancellationRequested request) {
        if (order.isEmpty()) {
            return refused("Order %s is not known: nothing to cancel.".formatted(request.orderId()));
        }
        var known = order.get();
        if (known.status() != ACCEPTED || known.refundedMinor() > 0) {
            return refused("Order %s is %s with %s refunded: it cannot be cancelled."
                    .formatted(known.orderId(), status(known), Money.text(known.refundedMinor(), known.currency())));
        }
        var reasons = Stream.ofNullable(request.reason()).toList();
        return change(verdict.cancelled(request, known), after.cancelled(known, reasons));
    }

    /** The order stays as it was, but its version counts, so that the versions on {@code orders} have no gap. */
    private Change refused(String reason) {
        return new Change(verdict.refused(reason), order.map(after::unchanged));
    }

    private static Change change(OrderEvent event, OrderState state) {
        return new Change(event, Optional.of(state));
    }

    private static String status(OrderState known) {
        return StatusText.of(known.status());
    }
}
