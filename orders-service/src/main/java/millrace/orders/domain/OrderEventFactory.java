package millrace.orders.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.UUID;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderCancelled;
import millrace.events.OrderEvent.OrderDelivered;
import millrace.events.OrderEvent.OrderErased;
import millrace.events.OrderEvent.OrderPaid;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderEvent.OrderRejected;
import millrace.events.OrderEvent.OrderShipped;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.OrderLine;
import millrace.events.OrderState;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;

/**
 * Creates the event that results from one transaction. The event carries the transaction's source and times, and an id
 * derived from the transaction's source, id and digest: the same transaction always results in the same event id, and
 * no other transaction does.
 *
 * @param version of the order after the event
 */
record OrderEventFactory(Transaction transaction, long version) {

    OrderAccepted accepted(OrderPlaced order, String country, long totalMinor, List<String> discrepancies) {
        return new OrderAccepted(
                eventId(),
                order.orderId(),
                version,
                order.eventId(),
                order.source(),
                country,
                order.currency(),
                totalMinor,
                order.paid(),
                order.lines(),
                order.charges(),
                discrepancies,
                order.timestamp(),
                order.receivedAt());
    }

    OrderRejected rejected(List<String> reasons) {
        return new OrderRejected(
                eventId(),
                cause().orderId(),
                version,
                cause().eventId(),
                cause().source(),
                reasons,
                cause().timestamp(),
                cause().receivedAt());
    }

    OrderPaid paid(PaymentReceived payment, OrderState order) {
        return new OrderPaid(
                eventId(),
                payment.orderId(),
                version,
                payment.eventId(),
                payment.source(),
                order.country(),
                payment.currency(),
                payment.amountMinor(),
                payment.timestamp(),
                payment.receivedAt());
    }

    OrderShipped shipped() {
        return new OrderShipped(
                eventId(),
                cause().orderId(),
                version,
                cause().eventId(),
                cause().source(),
                cause().timestamp(),
                cause().receivedAt());
    }

    OrderDelivered delivered() {
        return new OrderDelivered(
                eventId(),
                cause().orderId(),
                version,
                cause().eventId(),
                cause().source(),
                cause().timestamp(),
                cause().receivedAt());
    }

    OrderErased erased() {
        return new OrderErased(
                eventId(),
                cause().orderId(),
                version,
                cause().eventId(),
                cause().source(),
                cause().timestamp(),
                cause().receivedAt());
    }

    OrderRefunded refunded(RefundRequested refund, String country, boolean onAccount) {
        return new OrderRefunded(
                eventId(),
                refund.orderId(),
                version,
                refund.eventId(),
                refund.source(),
                country,
                refund.currency(),
                refund.amountMinor(),
                onAccount,
                refund.timestamp(),
                refund.receivedAt());
    }

    OrderCancelled cancelled(CancellationRequested request, OrderState order, long paidBack) {
        return new OrderCancelled(
                eventId(),
                request.orderId(),
                version,
                request.eventId(),
                request.source(),
                order.country(),
                order.currency(),
                order.totalMinor(),
                paidBack,
                order.lines().stream().mapToLong(OrderLine::quantity).sum(),
                request.reason(),
                request.timestamp(),
                request.receivedAt());
    }

    TransitionRefused refused(String reason) {
        return new TransitionRefused(
                eventId(),
                cause().orderId(),
                version,
                cause().eventId(),
                cause().source(),
                reason,
                cause().timestamp(),
                cause().receivedAt());
    }

    private TransactionEvent cause() {
        return transaction.event();
    }

    /** Hashes the parts with NUL between them, which occurs in no source, id or digest. */
    private String eventId() {
        var name = String.join("\0", "orders", cause().source(), cause().eventId(), transaction.digest());
        return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
    }
}
