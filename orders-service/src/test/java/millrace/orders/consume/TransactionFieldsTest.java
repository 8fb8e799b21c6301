package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.orders.TestTransactions.NOON;
import static millrace.orders.TestTransactions.line;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.Charges;
import millrace.events.Json;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import millrace.orders.TestTransactions;
import millrace.orders.domain.Order;
import millrace.orders.domain.Transaction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any value of any field results in a decision, or in a dead letter with a reason. */
class TransactionFieldsTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Longer than the limit of any text, in a record that is still decoded. */
    private static final int LONG = 100_000;

    private static final List<JsonNode> VALUES = List.of(
            NODES.nullNode(),
            NODES.textNode(""),
            NODES.textNode("/"),
            NODES.textNode("a\0b"),
            NODES.textNode("x".repeat(LONG)),
            NODES.numberNode(Long.MAX_VALUE),
            NODES.numberNode(Long.MIN_VALUE),
            NODES.numberNode(-1),
            NODES.numberNode(0),
            NODES.booleanNode(true),
            NODES.arrayNode(),
            NODES.arrayNode().addNull(),
            NODES.objectNode());

    /** One event of each type, with every field. */
    static Stream<TransactionEvent> events() {
        var charges = new Charges(1L, 2L, 3L, 4L, "MAY");
        var lines = List.of(line(2, 525), line(1, 0));
        return Stream.of(
                new OrderPlaced(
                        "e1", "shop", "shop/1", "c", "v", "France", "GBP", 1054L, true, lines, charges, NOON, NOON),
                new OrderPlaced(
                        "e1", "shop", "shop/1", "c", "v", "France", "GBP", 1054L, false, lines, charges, NOON, NOON),
                new UnreadableOrderReported("e1", "shop", "shop/1", "c", "v", List.of("odd"), "{}", NOON, NOON),
                new ChangeRequested("e1", "shop", "shop/1", "c", "GBP", 1L, lines, NOON, NOON),
                TestTransactions.payment("e1", "1", "GBP", 1054),
                TestTransactions.shipment("e1", "1"),
                TestTransactions.delivery("e1", "1"),
                new RefundRequested("e1", "shop", "shop/1", "c", "France", "GBP", 5, NOON, NOON),
                TestTransactions.cancellation("e1", "1", "late"),
                TestTransactions.erasure("e1", "1"));
    }

    @Test
    void there_is_one_of_each_type() {
        assertThat(events().map(Object::getClass).distinct())
                .hasSameSizeAs(TransactionEvent.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("events")
    void no_value_of_any_field_breaks_anything(TransactionEvent event) {
        ObjectNode whole = Json.MAPPER.valueToTree(event);
        assertThat(outcome(whole)).isNotEmpty();
        for (var changed : changed(whole)) {
            assertThat(outcome(changed)).as("%.300s", changed).isNotEmpty();
        }
    }

    /** Copies of the event: with each field, at any depth, left out or replaced by each of the values. */
    private static List<ObjectNode> changed(ObjectNode whole) {
        var all = new ArrayList<ObjectNode>();
        for (var path : paths(whole, "")) {
            var parent = path.substring(0, path.lastIndexOf('/'));
            var name = path.substring(path.lastIndexOf('/') + 1);
            var without = whole.deepCopy();
            if (without.at(parent) instanceof ObjectNode object) {
                object.remove(name);
            }
            all.add(without);
            for (var value : VALUES) {
                var other = whole.deepCopy();
                switch (other.at(parent)) {
                    case ObjectNode object -> object.set(name, value);
                    case ArrayNode array -> array.set(Integer.parseInt(name), value);
                    default -> throw new IllegalStateException("Nothing has fields at " + parent);
                }
                all.add(other);
            }
        }
        return all;
    }

    private static List<String> paths(JsonNode node, String at) {
        var paths = new ArrayList<String>();
        node.properties().forEach(field -> {
            paths.add(at + "/" + field.getKey());
            paths.addAll(paths(field.getValue(), at + "/" + field.getKey()));
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            paths.add(at + "/" + i);
            paths.addAll(paths(node.get(i), at + "/" + i));
        }
        return paths;
    }

    /** The reason of the dead letter, or the sizes of the events in all situations that a transaction can meet. */
    private static List<String> outcome(ObjectNode value) {
        var record = new ConsumerRecord<>(
                "transactions",
                0,
                0,
                value.path("orderId").asText().getBytes(UTF_8),
                value.toString().getBytes(UTF_8));
        var inbound = InboundRecord.of(record);
        if (inbound.decoded() instanceof Decoded.Invalid invalid) {
            assertThat(invalid.reason()).isNotEmpty().hasSizeLessThan(5_000);
            return List.of(invalid.reason());
        }
        var transaction = inbound.transaction().orElseThrow();
        return Stream.of(
                        List.<TransactionEvent>of(),
                        List.of(TestTransactions.unpaid("s1", "1")),
                        List.of(TestTransactions.order("s1", "1")),
                        List.of(TestTransactions.refund("s1", "1", "GBP", 5)),
                        List.of(TestTransactions.refund("s1", "1", "GBP", Long.MAX_VALUE)),
                        List.of(TestTransactions.unpaid("s1", "1", "GBP", 1L)),
                        List.of(TestTransactions.order("s1", "1"), TestTransactions.shipment("s2", "1")),
                        List.of(TestTransactions.order("s1", "1"), TestTransactions.erasure("s2", "1")))
                .map(story -> {
                    var order = Order.unknown(transaction.event().orderId());
                    for (var event : story) {
                        order = order.decide(new Transaction(event, "")).order();
                    }
                    var decision = order.decide(transaction);
                    var event = decision.event();
                    decision.order()
                            .state()
                            .ifPresent(state -> bytes(
                                    Channels.ORDER_STATE.value().serializer().serialize("", state)));
                    return bytes(Channels.ORDERS.value().serializer().serialize("", event));
                })
                .toList();
    }

    private static String bytes(byte[] json) {
        assertThat(json.length).isLessThan(TransactionEvent.LARGEST + 10_000);
        return Integer.toString(json.length);
    }
}
