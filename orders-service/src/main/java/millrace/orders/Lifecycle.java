package millrace.orders;

import static java.time.temporal.ChronoUnit.MICROS;
import static millrace.events.OrderState.Status.ACCEPTED;
import static millrace.events.OrderState.Status.CANCELLED;
import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.REFUNDED;
import static millrace.events.OrderState.Status.REJECTED;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
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
    private static final String UNKNOWN_COUNTRY = "unknown";

    private final Optional<OrderState> order;
    private final Verdict verdict;

    private Lifecycle(Optional<OrderState> order, Verdict verdict) {
        this.order = order;
        this.verdict = verdict;
    }

    /**
     * @param order empty where nothing is known of it, or nothing but refusals
     * @param version of the order after the answer
     */
    static Change answer(Optional<OrderState> order, long version, TransactionEvent asked) {
        var rules = new Lifecycle(order, new Verdict(asked, version));
        return switch (asked) {
            case OrderPlaced placed -> rules.place(placed);
            case RefundRequested refund -> rules.refund(refund);
            case CancellationRequested request -> rules.cancel(request);
        };
    }

    private Change place(OrderPlaced placed) {
        if (order.isPresent()) {
            return refused("Order %s is known already: it is %s.".formatted(placed.orderId(), status(order.get())));
        }
        var faults = Faults.of(placed);
        var country = orUnknown(placed.country());
        if (!faults.isEmpty()) {
            return new Change(verdict.rejected(faults), Optional.of(first(placed, REJECTED, country, 0, faults)));
        }
        long total = Faults.sum(placed.lines()).orElseThrow();
        return new Change(
                verdict.accepted(placed, country, total),
                Optional.of(first(placed, ACCEPTED, country, total, List.of())));
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
        if (!refund.currency().equals(known.currency())) {
            return refused("A refund in %s does not fit order %s, which is in %s."
                    .formatted(refund.currency(), known.orderId(), known.currency()));
        }
        return switch (known.status()) {
            case ACCEPTED -> payBack(refund, known);
            case ON_ACCOUNT -> addToAccount(refund, known);
            case REJECTED, CANCELLED, REFUNDED ->
                refused("Order %s is %s: nothing is left to refund.".formatted(known.orderId(), status(known)));
        };
    }

    private Change payBack(RefundRequested refund, OrderState known) {
        long left = known.totalMinor() - known.refundedMinor();
        if (refund.amountMinor() > left) {
            return refused("A refund of %s is more than the %s that is left of order %s."
                    .formatted(
                            Money.text(refund.amountMinor(), known.currency()),
                            Money.text(left, known.currency()),
                            known.orderId()));
        }
        var status = refund.amountMinor() == left ? REFUNDED : ACCEPTED;
        long refunded = known.refundedMinor() + refund.amountMinor();
        return new Change(
                verdict.refunded(refund, known.country(), false),
                Optional.of(changed(known, status, refunded, known.reasons())));
    }

    private Change openAccount(RefundRequested refund) {
        var country = orUnknown(refund.country());
        var at = moment();
        return new Change(
                verdict.refunded(refund, country, true),
                Optional.of(new OrderState(
                        refund.orderId(),
                        verdict.version(),
                        ON_ACCOUNT,
                        country,
                        refund.currency(),
                        0,
                        refund.amountMinor(),
                        List.of(),
                        List.of(),
                        at,
                        at)));
    }

    private Change addToAccount(RefundRequested refund, OrderState known) {
        if (refund.amountMinor() > Long.MAX_VALUE - known.refundedMinor()) {
            return refused("The refunds on account of order %s add up to more than %d minor units."
                    .formatted(known.orderId(), Long.MAX_VALUE));
        }
        long refunded = known.refundedMinor() + refund.amountMinor();
        return new Change(
                verdict.refunded(refund, orUnknown(refund.country()), true),
                Optional.of(changed(known, ON_ACCOUNT, refunded, known.reasons())));
    }

    private Change cancel(CancellationRequested request) {
        if (order.isEmpty()) {
            return refused("Order %s is not known: nothing to cancel.".formatted(request.orderId()));
        }
        var known = order.get();
        if (known.status() != ACCEPTED || known.refundedMinor() > 0) {
            return refused("Order %s is %s%s: it cannot be cancelled."
                    .formatted(
                            known.orderId(), status(known), known.refundedMinor() > 0 ? " and was refunded from" : ""));
        }
        var reasons = Stream.ofNullable(request.reason()).toList();
        return new Change(
                verdict.cancelled(request, known),
                Optional.of(changed(known, CANCELLED, known.refundedMinor(), reasons)));
    }

    /** The order stays as it was, but its version counts, so that the versions on {@code orders} have no gap. */
    private Change refused(String reason) {
        TransitionRefused event = verdict.refused(reason);
        return new Change(
                event,
                order.map(known ->
                        with(known, known.status(), known.refundedMinor(), known.reasons(), known.changedAt())));
    }

    private OrderState first(OrderPlaced placed, Status status, String country, long total, List<String> reasons) {
        var currency = Money.isCurrency(placed.currency()) ? placed.currency() : Money.NO_CURRENCY;
        return new OrderState(
                placed.orderId(),
                verdict.version(),
                status,
                country,
                currency,
                total,
                0,
                placed.lines(),
                reasons,
                moment(),
                moment());
    }

    private OrderState changed(OrderState known, Status status, long refunded, List<String> reasons) {
        return with(known, status, refunded, reasons, moment());
    }

    private OrderState with(OrderState known, Status status, long refunded, List<String> reasons, Instant changedAt) {
        return new OrderState(
                known.orderId(),
                verdict.version(),
                status,
                known.country(),
                known.currency(),
                known.totalMinor(),
                refunded,
                known.lines(),
                reasons,
                known.placedAt(),
                changedAt);
    }

    /** PostgreSQL keeps microseconds; cut here, so that the channel and the table say the same. */
    private Instant moment() {
        return verdict.cause().timestamp().truncatedTo(MICROS);
    }

    private static String orUnknown(String country) {
        return country == null ? UNKNOWN_COUNTRY : country;
    }

    private static String status(OrderState known) {
        return StatusText.of(known.status());
    }
}
