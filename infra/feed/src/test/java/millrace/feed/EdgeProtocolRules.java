package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Validation rules of clicks and orders, as far as a feed can violate them. */
final class EdgeProtocolRules {
    private static final Set<String> TYPES = Set.of("page", "track", "group", "alias");
    private static final String TIME = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z";
    private static final String DECIMAL = "-?\\d+(\\.\\d+)?";

    private EdgeProtocolRules() {}

    static List<String> faultsOfClick(JsonNode click) {
        var faults = new ArrayList<String>();
        var type = click.path("type").asText();
        require(faults, click.hasNonNull("anonymousId") || click.hasNonNull("userId"), "visitor");
        require(faults, TYPES.contains(type), "type");
        require(faults, !type.equals("track") || click.hasNonNull("event"), "event");
        require(faults, !isRefund(click) || click.at("/properties/order_id").isTextual(), "order_id");
        require(faults, !type.equals("group") || click.hasNonNull("groupId"), "groupId");
        require(faults, !type.equals("alias") || click.hasNonNull("previousId"), "previousId");
        require(faults, click.path("messageId").asText().length() <= 100, "messageId");
        require(faults, click.path("timestamp").asText().matches(TIME), "timestamp");
        require(faults, click.path("properties").isObject(), "properties");
        require(faults, click.toString().length() <= 32 * 1024, "size");
        return faults;
    }

    static List<String> faultsOfOrder(JsonNode order) {
        var faults = new ArrayList<String>();
        require(faults, order.path("orderId").asText().matches(".{1,100}"), "orderId");
        require(faults, order.path("currency").asText().matches("[A-Z]{3}"), "currency");
        require(faults, order.path("timestamp").asText().matches(TIME), "timestamp");
        require(faults, !order.has("total") || order.path("total").asText().matches(DECIMAL), "total");
        require(faults, !order.path("lines").isEmpty(), "lines");
        for (var line : order.path("lines")) {
            require(faults, line.path("quantity").isIntegralNumber(), "quantity");
            require(faults, line.path("unitPrice").asText().matches(DECIMAL), "unitPrice");
        }
        return faults;
    }

    /** Returns the edge's response to a batch. */
    static ObjectNode batchAnswer(JsonNode batch) {
        var answer = FeedMessage.object();
        var rejected = answer.putArray("rejected");
        var index = 0;
        for (var click : batch.path("batch")) {
            var faults = faultsOfClick(click);
            if (!faults.isEmpty()) {
                faults.forEach(rejected.addObject().put("index", index).putArray("reasons")::add);
            }
            index++;
        }
        return answer;
    }

    private static boolean isRefund(JsonNode click) {
        return click.path("event").asText().equals("Order Refunded");
    }

    private static void require(List<String> faults, boolean fact, String field) {
        if (!fact) {
            faults.add(field + " is not as it has to be");
        }
    }
}
