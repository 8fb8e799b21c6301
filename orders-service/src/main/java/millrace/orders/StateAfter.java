package millrace.orders;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.List;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;

/**
 * An order as one transaction leaves it.
 *
 * @param version the order's, after the transaction
 */
record StateAfter(TransactionEvent cause, long version) {

    /** @param totalMinor 0 for an order that is rejected: it is worth nothing */
    OrderState placed(OrderPlaced order, Status status, String country, long totalMinor, List<String> reasons) {
        var currency = Money.isCurrency(order.currency()) ? order.currency() : Money.NO_CURRENCY;
        return new OrderState(
                order.orderId(),
                version,
                status,
                country,
                currency,
                totalMinor,
                0,
                order.lines(),
                reasons,
                moment(),
                moment());
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
        return changed(order, status, refundedMinor, order.reasons(), moment());
    }

    OrderState moved(OrderState order, Status status) {
        return refunded(order, status, order.refundedMinor());
    }

    OrderState cancelled(OrderState order, long paidBack, List<String> reasons) {
        return changed(order, Status.CANCELLED, order.refundedMinor() + paidBack, reasons, moment());
    }

    /** Nothing but that it was. */
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

    /** All but the version. */
    OrderState unchanged(OrderState order) {
        return changed(order, order.status(), order.refundedMinor(), order.reasons(), order.changedAt());
    }

    private OrderState changed(
            OrderState order, Status status, long refundedMinor, List<String> reasons, Instant changedAt) {
        return new OrderState(
                order.orderId(),
                version,
                status,
                order.country(),
                order.currency(),
                order.totalMinor(),
                refundedMinor,
                order.lines(),
                reasons,
                order.placedAt(),
                changedAt);
    }

    /** PostgreSQL keeps microseconds; cut here, so that the channel and the table say the same. */
    private Instant moment() {
        return cause.timestamp().truncatedTo(MICROS);
    }
}
