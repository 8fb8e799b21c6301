package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Generates messages that the edge must reject: each has one fault, and all kinds of fault take turns. */
final class MalformedMessages {
    private static final String TOO_LONG_FOR_AN_ID = "x".repeat(101);
    private static final String TOO_LONG_FOR_A_MESSAGE = "x".repeat(33 * 1024);

    private static final List<Function<ObjectNode, JsonNode>> OF_CLICKS = List.of(
            click -> click.without("anonymousId"),
            click -> click.without("type"),
            click -> click.put("type", "pageview"),
            click -> click.put("type", "track"), // which has no event
            click -> click.put("type", "track").put("event", "Order Refunded"), // which has no order_id
            click -> click.put("type", "group"), // which has no groupId
            click -> click.put("type", "alias"), // which has no previousId
            click -> click.put("messageId", TOO_LONG_FOR_AN_ID),
            click -> click.put("timestamp", "yesterday"),
            click -> click.put("properties", "/"),
            click -> click.put("comment", TOO_LONG_FOR_A_MESSAGE),
            click -> TextNode.valueOf("/"));

    private static final List<Function<ObjectNode, JsonNode>> OF_ORDERS = List.of(
            order -> order.without("orderId"),
            order -> order.without("lines"),
            order -> order.put("orderId", TOO_LONG_FOR_AN_ID),
            order -> order.put("currency", "pounds"),
            order -> order.put("total", "a lot"),
            order -> order.put("timestamp", "yesterday"),
            order -> withLine(order, "quantity", "two"),
            order -> withLine(order, "quantity", "0.5"),
            order -> withLine(order, "unitPrice", "cheap"));

    private final Shopper.Person person;
    private int sent;

    /** @param visitor id of the visitor of all malformed messages */
    MalformedMessages(String visitor) {
        person = new Shopper.Person(visitor, "", "United Kingdom");
    }

    /** Returns the next malformed message; every third one is an order. */
    FeedMessage next(String id, Instant now) {
        var turn = sent++;
        return turn % 3 == 2 ? order(id, now, turn / 3) : click(id, now, turn - turn / 3);
    }

    private FeedMessage click(String id, Instant now, int turn) {
        var click = person.view(id, now, Shopper.HOME);
        var spoilt = OF_CLICKS.get(turn % OF_CLICKS.size()).apply((ObjectNode) click.body());
        return new FeedMessage(click.kind(), id, spoilt);
    }

    private FeedMessage order(String id, Instant now, int turn) {
        var item = new Purchase.Item(Assortment.PRODUCTS.getFirst(), 1);
        var order = new Purchase("order-" + id, person, List.of(item)).order(id, now);
        var spoilt = OF_ORDERS.get(turn % OF_ORDERS.size()).apply((ObjectNode) order.body());
        return new FeedMessage(order.kind(), id, spoilt);
    }

    private static ObjectNode withLine(ObjectNode order, String field, String text) {
        ((ObjectNode) order.path("lines").path(0)).put(field, text);
        return order;
    }
}
