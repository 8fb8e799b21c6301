package millrace.orders;

import static millrace.events.OrderState.Status.ACCEPTED;
import static millrace.events.OrderState.Status.DELIVERED;
import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.PAID;
import static millrace.events.OrderState.Status.REFUNDED;
import static millrace.events.OrderState.Status.REJECTED;
import static millrace.events.OrderState.Status.SHIPPED;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import millrace.events.OrderEvent;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.events.TransactionEvent.OrderArrived;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.OrderSent;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;

/**
 * The rules of an order, as a function of what is known of it and what is asked: every transaction is answered, by a
 * change or by a refusal that says why.
 *
 * <pre>
 * nothing ─┬─ placed ──▶ accepted ── paid for ──▶ paid ── sent ──▶ shipped ── arrived ──▶ delivered
 *          │                │                      │                  │                      │
 *          │                └──── cancellation ────┴──▶ cancelled     └───┬──────────────────┘
 *          ├─ faulty ──▶ rejected                  └──── refund (in parts) ┴──▶ refunded
 *          └─ refund ──▶ on account ◀─ further refunds add up
 * </pre>
 *
 * Whatever is known of can be erased.
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
            case RefundRequested refund -> rules.refund(refund);
            case ChangeRequested change -> rules.ofKnown(rules::change);
            case PaymentReceived payment -> rules.ofKnown(known -> rules.pay(payment, known));
            case OrderSent sent -> rules.ofKnown(rules::ship);
            case OrderArrived arrived -> rules.ofKnown(rules::deliver);
            case CancellationRequested request -> rules.ofKnown(known -> rules.cancel(request, known));
            case ErasureRequested request -> rules.ofKnown(rules::erase);
        };
    }

    private Change place(OrderPlaced placed) {
        if (order.isPresent()) {
            return refused("%s already.".formatted(standing(order.get())));
        }
        var country = Objects.requireNonNullElse(placed.country(), UNKNOWN);
        var faults = Faults.of(placed);
        if (!faults.isEmpty()) {
            return change(verdict.rejected(faults), after.placed(placed, REJECTED, country, 0, faults));
        }
        long total = Faults.sum(placed.lines()).orElseThrow();
        var status = Boolean.TRUE.equals(placed.paid()) ? PAID : ACCEPTED;
        return change(
                verdict.accepted(placed, country, total), after.placed(placed, status, country, total, List.of()));
    }

    /** What was accepted is what is delivered: whoever wants something else cancels, and places another order. */
    private Change change(OrderState known) {
        return refused("%s: its lines cannot be changed. Cancel it and place another.".formatted(standing(known)));
    }

    /** The whole sum at once. */
    private Change pay(PaymentReceived payment, OrderState known) {
        return switch (known.status()) {
            case ACCEPTED -> settle(payment, known);
            case REJECTED, PAID, SHIPPED, DELIVERED, CANCELLED, REFUNDED, ON_ACCOUNT, ERASED ->
                refused("%s: nothing is to be paid.".formatted(standing(known)));
        };
    }

    private Change settle(PaymentReceived payment, OrderState known) {
        if (!payment.currency().equals(known.currency()) || payment.amountMinor() != known.totalMinor()) {
            return refused("%s, and %s are to be paid, not %s."
                    .formatted(
                            standing(known),
                            Money.text(known.totalMinor(), known.currency()),
                            Money.text(payment.amountMinor(), payment.currency())));
        }
        return change(verdict.paid(payment, known), after.moved(known, PAID));
    }

    private Change ship(OrderState known) {
        return known.status() == PAID
                ? change(verdict.shipped(), after.moved(known, SHIPPED))
                : refused("%s: only a paid order is shipped.".formatted(standing(known)));
    }

    private Change deliver(OrderState known) {
        return known.status() == SHIPPED
                ? change(verdict.delivered(), after.moved(known, DELIVERED))
                : refused("%s: only a shipped order is delivered.".formatted(standing(known)));
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
            case PAID, SHIPPED, DELIVERED -> payBack(refund, known);
            case ON_ACCOUNT -> addToAccount(refund, known);
            case ACCEPTED, REJECTED, CANCELLED, REFUNDED, ERASED ->
                refused("%s: there is nothing to refund.".formatted(standing(known)));
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
        var status = refund.amountMinor() == left ? REFUNDED : known.status();
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

    /** What was paid goes back with it. */
    private Change cancel(CancellationRequested request, OrderState known) {
        return switch (known.status()) {
            case ACCEPTED -> cancel(request, known, 0);
            case PAID -> cancel(request, known, known.totalMinor() - known.refundedMinor());
            case REJECTED, SHIPPED, DELIVERED, CANCELLED, REFUNDED, ON_ACCOUNT, ERASED ->
                refused("%s: it cannot be cancelled.".formatted(standing(known)));
        };
    }

    private Change cancel(CancellationRequested request, OrderState known, long paidBack) {
        var reasons = Stream.ofNullable(request.reason()).toList();
        return change(verdict.cancelled(request, known, paidBack), after.cancelled(known, paidBack, reasons));
    }

    private Change erase(OrderState known) {
        return known.status() == Status.ERASED
                ? refused("%s already.".formatted(standing(known)))
                : change(verdict.erased(), after.erased(known));
    }

    private Change ofKnown(Function<OrderState, Change> rule) {
        return order.map(rule).orElseGet(() -> refused("The order is not known: nothing was placed under its id."));
    }

    /** The order stays as it was, but its version counts, so that the versions on {@code orders} have no gap. */
    private Change refused(String reason) {
        return new Change(verdict.refused(reason), order.map(after::unchanged));
    }

    private static Change change(OrderEvent event, OrderState state) {
        return new Change(event, Optional.of(state));
    }

    /** The beginning of a sentence. */
    private static String standing(OrderState known) {
        return "Order %s is %s".formatted(known.orderId(), StatusText.of(known.status()));
    }
}
