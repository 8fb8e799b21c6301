package millrace.orders;

import java.time.Instant;
import java.util.List;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;

/** Transactions for tests, with all that a test does not care about filled in. */
final class Asked {
    static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private Asked() {}

    /** Two of 5.25 and a gift: 10.50 GBP. */
    static OrderPlaced order(String eventId, String orderId) {
        return order(eventId, orderId, "GBP", null, line(2, 525), line(1, 0));
    }

    static OrderPlaced order(String eventId, String orderId, String currency, Long total, OrderLine... lines) {
        return new OrderPlaced(
                eventId, "shop", orderId, "customer-1", "France", currency, total, List.of(lines), NOON, NOON);
    }

    static OrderLine line(long quantity, long unitPriceMinor) {
        return new OrderLine("mug", null, quantity, unitPriceMinor);
    }

    static RefundRequested refund(String eventId, String orderId, String currency, long amountMinor) {
        var later = NOON.plusSeconds(60);
        return new RefundRequested(eventId, "shop", orderId, null, null, currency, amountMinor, later, later);
    }

    static ChangeRequested change(String eventId, String orderId) {
        var later = NOON.plusSeconds(60);
        return new ChangeRequested(eventId, "shop", orderId, null, "GBP", null, List.of(), later, later);
    }

    static CancellationRequested cancellation(String eventId, String orderId, String reason) {
        var later = NOON.plusSeconds(60);
        return new CancellationRequested(eventId, "shop", orderId, reason, later, later);
    }
}
