package millrace.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * Order of a simulated shopper, with its possible refund or cancellation.
 *
 * @param items at least one; a quantity below one is a fault that the orders service must reject
 */
record Purchase(String orderId, Shopper.Person person, List<Item> items) {
    static final String CURRENCY = "GBP";

    /** A product and its quantity. */
    record Item(Assortment.Product product, int quantity) {
        /** Returns the properties in the Segment ecommerce specification. */
        ObjectNode properties() {
            return product.properties().put("quantity", quantity);
        }
    }

    FeedMessage order(String eventId, Instant now) {
        var body = FeedMessage.object().put("orderId", orderId).put("anonymousId", person.visitor());
        if (person.isCustomer()) {
            body.put("customerId", person.customer());
        }
        body.put("country", person.country()).put("currency", CURRENCY).put("timestamp", now.toString());
        if (isAcceptable()) {
            body.put("total", decimal(totalMinor())).put("paid", true);
        }
        var lines = body.putArray("lines");
        for (var item : items) {
            lines.addObject()
                    .put("productId", item.product().id())
                    .put("name", item.product().name())
                    .put("quantity", item.quantity())
                    .put("unitPrice", decimal(item.product().priceMinor()));
        }
        return FeedMessage.order(eventId, body);
    }

    FeedMessage refund(String eventId, Instant now, long amountMinor) {
        var properties = reference()
                .put("total", decimal(amountMinor))
                .put("currency", CURRENCY)
                .put("country", person.country());
        return person.track(eventId, now, "Order Refunded", properties);
    }

    FeedMessage cancellation(String eventId, Instant now) {
        return person.track(eventId, now, "Order Cancelled", reference().put("reason", "changed my mind"));
    }

    /** Returns true if the orders service accepts the order. */
    boolean isAcceptable() {
        return items.stream().allMatch(item -> item.quantity() > 0);
    }

    long totalMinor() {
        return items.stream()
                .mapToLong(item -> item.quantity() * item.product().priceMinor())
                .sum();
    }

    private ObjectNode reference() {
        return FeedMessage.object().put("order_id", orderId);
    }

    private static String decimal(long minor) {
        return BigDecimal.valueOf(minor, 2).toPlainString();
    }
}
