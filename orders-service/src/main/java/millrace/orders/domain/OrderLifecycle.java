package millrace.orders.domain;

import static millrace.events.OrderState.Status.ACCEPTED;
import static millrace.events.OrderState.Status.CANCELLED;
import static millrace.events.OrderState.Status.DELIVERED;
import static millrace.events.OrderState.Status.ERASED;
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
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.DeliveryReported;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.ShipmentReported;
import millrace.events.TransactionEvent.UnreadableOrderReported;

/**
 * The rules of an order, as a pure function of its known state and one transaction: every transaction results in a
 * change, or in a refusal with its reason.
 *
 * <pre>
 * nothing ─┬─ placed ──▶ accepted ── payment ──▶ paid ── shipment ──▶ shipped ── delivery ──▶ delivered
 *          │                │                     │                      │                        │
 *          │                └──── cancellation ───┴──▶ cancelled         └────┬───────────────────┘
 *          ├─ faulty ──▶ rejected                 └──── refund (in parts) ────┴──▶ refunded
 *          └─ refund ──▶ on account ◀─ further refunds add up
 * </pre>
 *
 * An order that is rejected or on account can be placed as if it was unknown. The amount that was refunded on account
 * counts as refunded, if the currency is the same and the amount is at most the total.
 *
 * Every known order can be erased.
 */
final class OrderLifecycle {
    static final String UNKNOWN_COUNTRY = "unknown";

    private final Transition transition;
    private final OrderEventFactory events;
    private final NextState next;

    private OrderLifecycle(Transition transition) {
        this.transition = transition;
        this.events = transition.events();
        this.next = transition.next();
    }

    static Decision decide(Transition transition) {
        var rules = new OrderLifecycle(transition);
        return switch (transition.transaction().event()) {
            case OrderPlaced placed -> rules.place(placed);
            case UnreadableOrderReported report ->
                throw new IllegalArgumentException(
                        "Order " + report.orderId() + " cannot be read: it is dead-lettered.");
            case RefundRequested refund -> new Refunds(transition).decide(refund);
            case ChangeRequested change -> rules.ofKnown(rules::change);
            case PaymentReceived payment -> rules.ofKnown(known -> rules.pay(payment, known));
            case ShipmentReported shipment -> rules.ofKnown(rules::ship);
            case DeliveryReported delivery -> rules.ofKnown(rules::deliver);
            case CancellationRequested request -> rules.ofKnown(known -> rules.cancel(request, known));
            case ErasureRequested request -> rules.ofKnown(rules::erase);
        };
    }

    /** Places an order; a rejected order or a refund on account does not occupy its id. */
    private Decision place(OrderPlaced placed) {
        return switch (transition.known().map(OrderState::status).orElse(REJECTED)) {
            case REJECTED, ON_ACCOUNT -> placeNew(placed);
            case ACCEPTED, PAID, SHIPPED, DELIVERED, CANCELLED, REFUNDED, ERASED ->
                transition.refused(transition.known().orElseThrow(), " already.");
        };
    }

    /** Accepts an order without faults, and an order that was paid even with faults; rejects any other. */
    private Decision placeNew(OrderPlaced placed) {
        var country = Objects.requireNonNullElse(placed.country(), UNKNOWN_COUNTRY);
        var faults = OrderValidator.faults(placed);
        boolean isPaid = Boolean.TRUE.equals(placed.paid());
        if (faults.isEmpty() || isPaid && Money.isCurrency(placed.currency())) {
            return accept(placed, country, faults);
        }
        var event = events.rejected(faults);
        return account().isPresent()
                ? transition.refused(event)
                : transition.changed(event, next.rejected(placed, country, faults));
    }

    /** Accepts an order; the amount refunded on account counts as refunded, if currency and total allow it. */
    private Decision accept(OrderPlaced placed, String country, List<String> faults) {
        long total = OrderValidator.total(placed);
        var paidBack = account().filter(account -> fits(account, placed.currency(), total));
        long refunded = paidBack.map(OrderState::refundedMinor).orElse(0L);
        var discrepancies = ReasonList.of(Stream.concat(
                faults.stream(),
                account()
                        .filter(account -> paidBack.isEmpty())
                        .map(account -> onAccount(account, placed.currency(), total))
                        .stream()));
        var status = !Boolean.TRUE.equals(placed.paid()) ? ACCEPTED : paid(total, refunded);
        return transition.changed(
                events.accepted(placed, country, total, discrepancies),
                next.accepted(
                        placed,
                        status,
                        country,
                        total,
                        refunded,
                        discrepancies,
                        account().map(OrderState::changedAt)));
    }

    private Optional<OrderState> account() {
        return transition.known().filter(known -> known.status() == ON_ACCOUNT);
    }

    private static boolean fits(OrderState account, String currency, long total) {
        return account.currency().equals(currency) && account.refundedMinor() <= total;
    }

    private static String onAccount(OrderState account, String currency, long total) {
        return "%s were refunded on account before the order was placed, and are not taken from its total of %s."
                .formatted(Money.text(account.refundedMinor(), account.currency()), Money.text(total, currency));
    }

    private static Status paid(long total, long refunded) {
        return refunded > 0 && refunded == total ? REFUNDED : PAID;
    }

    /** Refuses every change of the lines: to get other products, the customer cancels and places another order. */
    private Decision change(OrderState known) {
        return transition.refused(known, ": its lines cannot be changed. Cancel it and place another.");
    }

    /** Accepts a payment of the whole sum only. */
    private Decision pay(PaymentReceived payment, OrderState known) {
        return switch (known.status()) {
            case ACCEPTED -> settle(payment, known);
            case REJECTED, PAID, SHIPPED, DELIVERED, CANCELLED, REFUNDED, ON_ACCOUNT, ERASED ->
                transition.refused(known, ": nothing is to be paid.");
        };
    }

    private Decision settle(PaymentReceived payment, OrderState known) {
        if (!payment.currency().equals(known.currency()) || payment.amountMinor() != known.totalMinor()) {
            return transition.refused(
                    known,
                    ", and %s are to be paid, not %s."
                            .formatted(
                                    Money.text(known.totalMinor(), known.currency()),
                                    Money.text(payment.amountMinor(), payment.currency())));
        }
        return transition.changed(
                events.paid(payment, known), next.moved(known, paid(known.totalMinor(), known.refundedMinor())));
    }

    private Decision ship(OrderState known) {
        return known.status() == PAID
                ? transition.changed(events.shipped(), next.moved(known, SHIPPED))
                : transition.refused(known, ": only a paid order is shipped.");
    }

    private Decision deliver(OrderState known) {
        return known.status() == SHIPPED
                ? transition.changed(events.delivered(), next.moved(known, DELIVERED))
                : transition.refused(known, ": only a shipped order is delivered.");
    }

    /** Cancels an order; the amount that was paid is refunded with it. */
    private Decision cancel(CancellationRequested request, OrderState known) {
        return switch (known.status()) {
            case ACCEPTED -> cancel(request, known, 0);
            case PAID -> cancel(request, known, known.totalMinor() - known.refundedMinor());
            case REJECTED, SHIPPED, DELIVERED, CANCELLED, REFUNDED, ON_ACCOUNT, ERASED ->
                transition.refused(known, ": it cannot be cancelled.");
        };
    }

    private Decision cancel(CancellationRequested request, OrderState known, long paidBack) {
        var reasons = Stream.ofNullable(request.reason()).toList();
        return transition.changed(events.cancelled(request, known, paidBack), next.cancelled(known, paidBack, reasons));
    }

    private Decision erase(OrderState known) {
        return known.status() == ERASED
                ? transition.refused(known, " already.")
                : transition.changed(events.erased(), next.erased(known));
    }

    private Decision ofKnown(Function<OrderState, Decision> rule) {
        return transition
                .known()
                .map(rule)
                .orElseGet(() -> transition.refused("The order is not known: nothing was placed under its id."));
    }
}
