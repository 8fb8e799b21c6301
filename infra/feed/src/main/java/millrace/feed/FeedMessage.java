package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One event as a request body of the edge.
 *
 * @param kind endpoint of the edge that accepts it
 * @param id same at every attempt, so that consumers count it once
 */
record FeedMessage(Kind kind, String id, JsonNode body) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** A click is sent in a batch of the Segment protocol; an order is a request of its own. */
    enum Kind {
        CLICK,
        ORDER
    }

    static FeedMessage page(String id, String visitor, Instant time, String path) {
        var body = click("page", id, visitor, time);
        body.putObject("properties").put("path", path);
        return new FeedMessage(Kind.CLICK, id, body);
    }

    /** @param context context in the Segment specification */
    static FeedMessage page(String id, String visitor, Instant time, ObjectNode properties, ObjectNode context) {
        var body = click("page", id, visitor, time);
        body.set("properties", properties);
        body.set("context", context);
        return new FeedMessage(Kind.CLICK, id, body);
    }

    /** @param event name of the action in the Segment ecommerce specification */
    static FeedMessage track(String id, String visitor, Instant time, String event, ObjectNode properties) {
        var body = click("track", id, visitor, time).put("event", event);
        body.set("properties", properties);
        return new FeedMessage(Kind.CLICK, id, body);
    }

    static FeedMessage order(String id, ObjectNode body) {
        return new FeedMessage(Kind.ORDER, id, body);
    }

    /** Returns the ordering key: the id of the order that the message concerns, else the visitor. */
    String key() {
        var order = body.path("orderId").asText(body.at("/properties/order_id").asText());
        return order.isEmpty() ? body.path("anonymousId").asText(id) : order;
    }

    static ObjectNode object() {
        return JSON.objectNode();
    }

    /** Returns a copy with the id of a known user. */
    FeedMessage by(String userId) {
        var known = ((ObjectNode) body).deepCopy().put("userId", userId);
        return new FeedMessage(kind, id, known);
    }

    private static ObjectNode click(String type, String id, String visitor, Instant time) {
        return object().put("type", type)
                .put("messageId", id)
                .put("anonymousId", visitor)
                .put("timestamp", time.toString());
    }
}
