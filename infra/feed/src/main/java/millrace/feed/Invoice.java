package millrace.feed;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * One transaction: all lines of one invoice number, at the earliest of their dates.
 *
 * @param lines at least one, in the order of the files
 */
record Invoice(List<InvoiceLine> lines) {
    /** As time went by. */
    static final Comparator<Invoice> BY_TIME =
            Comparator.comparing(Invoice::time).thenComparing(Invoice::number);

    String number() {
        return lines.getFirst().invoice();
    }

    Instant time() {
        return lines.stream()
                .map(InvoiceLine::date)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** An order, or for a credit note the refund of it; which order was paid back the data does not say. */
    Message message(String currency) {
        return lines.getFirst().isRefund() ? refund(currency) : order(currency);
    }

    private Message order(String currency) {
        var body = Message.object().put("orderId", number());
        if (isOfCustomer()) {
            body.put("customerId", customer());
        }
        body.put("country", country()).put("currency", currency).put("timestamp", time().toString());
        var items = body.putArray("lines");
        for (var line : lines) {
            items.addObject()
                    .put("productId", line.product())
                    .put("name", line.name())
                    .put("quantity", line.quantity())
                    .put("unitPrice", line.price().toPlainString());
        }
        return Message.order(id(), body);
    }

    private Message refund(String currency) {
        var total = lines.stream()
                .map(InvoiceLine::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .negate();
        var properties = Message.object()
                .put("order_id", number())
                .put("total", total.toPlainString())
                .put("currency", currency)
                .put("country", country());
        var refund = Message.track(id(), number(), time(), "Order Refunded", properties);
        return isOfCustomer() ? refund.by(customer()) : refund;
    }

    /** Follows from the rows, in whatever order and files they are. */
    private String id() {
        return Ids.of(lines.stream().map(InvoiceLine::fingerprint).sorted().toArray());
    }

    private boolean isOfCustomer() {
        return !customer().isEmpty();
    }

    private String customer() {
        return lines.getFirst().customer();
    }

    private String country() {
        return lines.getFirst().country();
    }
}
