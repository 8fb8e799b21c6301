package millrace.bench;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderLine;
import millrace.events.SourcedEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Orders as the edge writes them to the channel {@code transactions}: each with an id of its own and three lines. */
final class SampleOrder {
    private static final int LINES = 3;

    private SampleOrder() {}

    static OrderPlaced of(int number) {
        var id = "%08d".formatted(number);
        return of("order-" + id, "customer-" + number % 1000, null, Instant.now());
    }

    /** @param visitor whose clicks led to it; {@code null} where it is unknown */
    static OrderPlaced of(String id, String customer, String visitor, Instant at) {
        return new OrderPlaced(
                "event-" + id, "bench", "bench/" + id, customer, visitor, "France", "GBP", null, true, lines(), at, at);
    }

    /** Returns the acceptance of an order, as the orders service publishes it. */
    static OrderAccepted accepted(OrderPlaced order) {
        var total = order.lines().stream()
                .mapToLong(line -> line.quantity() * line.unitPriceMinor())
                .sum();
        return new OrderAccepted(
                "accepted-" + order.eventId(),
                order.orderId(),
                1,
                order.eventId(),
                order.source(),
                order.country(),
                order.currency(),
                total,
                true,
                order.lines(),
                order.timestamp(),
                order.receivedAt());
    }

    static List<OrderLine> lines() {
        return IntStream.range(0, LINES)
                .mapToObj(line -> new OrderLine("product-" + line, "WHITE HANGING HEART T-LIGHT HOLDER", 2, 255))
                .toList();
    }

    static ProducerRecord<String, byte[]> toRecord(String topic, int number) {
        return toRecord(topic, of(number));
    }

    static ProducerRecord<String, byte[]> toRecord(String topic, OrderPlaced order) {
        return record(Channels.TRANSACTIONS, topic, order.orderId(), "transactions.OrderPlaced", order);
    }

    static ProducerRecord<String, byte[]> toRecord(String topic, OrderAccepted order) {
        return record(Channels.ORDERS, topic, order.orderId(), "orders.OrderAccepted", order);
    }

    private static <V extends SourcedEvent> ProducerRecord<String, byte[]> record(
            Channel<String, V> channel, String topic, String key, String type, V event) {
        var value = channel.value().serializer().serialize(channel.name(), event);
        var headers = CloudEvents.headers(event.eventId(), type, event.source(), event.timestamp());
        return new ProducerRecord<>(topic, null, key, value, headers);
    }
}
