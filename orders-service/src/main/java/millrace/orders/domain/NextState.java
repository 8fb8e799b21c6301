package millrace.orders.domain;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;

/**
 * Creates the state of an order after one transaction.
 *
 * @param version of the order after the transaction
 */
record NextState(TransactionEvent cause, long version) {

    /** A rejected order, which has the total 0. */
    OrderState rejected(OrderPlaced order, String country, List<String> reasons) {
        var currency = Money.isCurrency(order.currency()) ? order.currency() : Money.NO_CURRENCY;
        return placed(order, Status.REJECTED, country, currency, 0, 0, List.of(), reasons, moment());
    }

    /**
     * @param refundedMinor amount that was refunded on account before
     * @param before time of the latest change of the account; empty where there is none
     */
    OrderState accepted(
            OrderPlaced order,
            Status status,
            String country,
            long totalMinor,
            long refundedMinor,
            List<String> discrepancies,
            Optional<Instant> before) {
        var changedAt = before.filter(moment()::isBefore).orElse(moment());
        return placed(
                order,
                status,
                country,
                order.currency(),
                totalMinor,
                refundedMinor,
                discrepancies,
                List.of(),
                changedAt);
    }

    private OrderState placed(
            OrderPlaced order,
            Status status,
            String country,
            String currency,
            long totalMinor,
            long refundedMinor,
            List<String> discrepancies,
            List<String> reasons,
            Instant changedAt) {
        return new OrderState(
                order.orderId(),
                version,
                status,
                country,
                currency,
                totalMinor,
                refundedMinor,
                order.lines(),
                order.charges(),
                discrepancies,
                reasons,
                moment(),
                changedAt);
    }

    OrderState onAccount(RefundRequested refund, String country) {
        return new OrderState(
                refund.orderId(),
                version,
                Status.ON_ACCOUNT,
                country,
                refund.currency(),
                0,
                refund.amountMinor(),
                List.of(),
                List.of(),
                moment(),
                moment());
    }

    OrderState refunded(OrderState order, Status status, long refundedMinor) {
        return changed(order, status, refundedMinor, order.reasons());
    }

    OrderState moved(OrderState order, Status status) {
        return refunded(order, status, order.refundedMinor());
    }

    OrderState cancelled(OrderState order, long paidBack, List<String> reasons) {
        return changed(order, Status.CANCELLED, order.refundedMinor() + paidBack, reasons);
    }

    /** An erased order: only its id, version and times are left. */
    OrderState erased(OrderState order) {
        return new OrderState(
                order.orderId(),
                version,
                Status.ERASED,
                null,
                Money.NO_CURRENCY,
                0,
                0,
                List.of(),
                List.of(),
                order.placedAt(),
                moment());
    }

    private OrderState changed(OrderState order, Status status, long refundedMinor, List<String> reasons) {
        return new OrderState(
                order.orderId(),
                version,
                status,
                order.country(),
                order.currency(),
                order.totalMinor(),
                refundedMinor,
                order.lines(),
                order.charges(),
                order.discrepancies(),
                reasons,
                order.placedAt(),
                moment());
    }

    /**
     * The event's time in microseconds, which is the precision of PostgreSQL, so that the channel and the table agree.
     */
    private Instant moment() {
        return cause.timestamp().truncatedTo(MICROS);
    }
}
