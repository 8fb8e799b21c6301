package millrace.orders;

import java.time.Instant;
import java.util.List;
import millrace.events.Charges;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.DeliveryReported;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.ShipmentReported;

/**
 * Creates transactions with defaults for the fields that a test does not depend on. An order is given by its number at
 * {@code shop}, or by its whole id.
 */
public final class TestTransactions {
    public static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private static final Instant LATER = NOON.plusSeconds(60);

    private TestTransactions() {}

    /** A paid order of 10.50 GBP: two units of 5.25 and a gift. */
    public static OrderPlaced order(String eventId, String orderId) {
        return order(eventId, orderId, "GBP", null, line(2, 525), line(1, 0));
    }

    public static OrderPlaced order(String eventId, String orderId, String currency, Long total, OrderLine... lines) {
        return placed(eventId, orderId, currency, total, true, null, lines);
    }

    /** An order that is to be paid later. */
    public static OrderPlaced unpaid(String eventId, String orderId, String currency, Long total, OrderLine... lines) {
        return placed(eventId, orderId, currency, total, null, null, lines);
    }

    public static OrderPlaced placed(
            String eventId,
            String orderId,
            String currency,
            Long total,
            Boolean paid,
            Charges charges,
            OrderLine... lines) {
        return new OrderPlaced(
                eventId,
                "shop",
                id(orderId),
                "customer-1",
                null,
                "France",
                currency,
                total,
                paid,
                List.of(lines),
                charges,
                NOON,
                NOON);
    }

    public static String id(String order) {
        return order.indexOf('/') < 0 ? TransactionEvent.orderId("shop", order) : order;
    }

    /** The default order, to be paid later. */
    public static OrderPlaced unpaid(String eventId, String orderId) {
        var lines = List.of(line(2, 525), line(1, 0));
        return new OrderPlaced(
                eventId, "shop", id(orderId), "customer-1", null, "France", "GBP", null, null, lines, NOON, NOON);
    }

    public static PaymentReceived payment(String eventId, String orderId, String currency, long amountMinor) {
        return new PaymentReceived(eventId, "shop", id(orderId), currency, amountMinor, LATER, LATER);
    }

    public static ShipmentReported shipment(String eventId, String orderId) {
        return new ShipmentReported(eventId, "shop", id(orderId), LATER, LATER);
    }

    public static DeliveryReported delivery(String eventId, String orderId) {
        return new DeliveryReported(eventId, "shop", id(orderId), LATER, LATER);
    }

    public static ErasureRequested erasure(String eventId, String orderId) {
        return new ErasureRequested(eventId, "shop", id(orderId), LATER, LATER);
    }

    public static OrderPlaced of(String eventId, String orderId, String customer) {
        return new OrderPlaced(
                eventId,
                "shop",
                id(orderId),
                customer,
                null,
                "France",
                "GBP",
                null,
                true,
                List.of(line(2, 525)),
                NOON,
                NOON);
    }

    public static OrderLine line(long quantity, long unitPriceMinor) {
        return new OrderLine("mug", null, quantity, unitPriceMinor);
    }

    public static RefundRequested refund(String eventId, String orderId, String currency, long amountMinor) {
        return new RefundRequested(eventId, "shop", id(orderId), null, null, currency, amountMinor, LATER, LATER);
    }

    public static ChangeRequested change(String eventId, String orderId) {
        return new ChangeRequested(eventId, "shop", id(orderId), null, "GBP", null, List.of(), LATER, LATER);
    }

    public static CancellationRequested cancellation(String eventId, String orderId, String reason) {
        return new CancellationRequested(eventId, "shop", id(orderId), reason, LATER, LATER);
    }
}
