package millrace.bench;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Orders as the edge writes them to the channel {@code transactions}: each with an id of its own and three lines. */
final class SampleOrder {
    private static final int LINES = 3;

    private SampleOrder() {}

    static OrderPlaced of(int number) {
        var id = "%08d".formatted(number);
        var now = Instant.now();
        return new OrderPlaced(
                "event-" + id,
                "bench",
                "bench/order-" + id,
                "customer-" + number % 1000,
                null,
                "France",
                "GBP",
                null,
                true,
                lines(),
                now,
                now);
    }

    static List<OrderLine> lines() {
        return IntStream.range(0, LINES)
                .mapToObj(line -> new OrderLine("product-" + line, "WHITE HANGING HEART T-LIGHT HOLDER", 2, 255))
                .toList();
    }

    static ProducerRecord<String, byte[]> toRecord(String topic, int number) {
        var order = of(number);
        var value = Channels.TRANSACTIONS.value().serializer().serialize(Channels.TRANSACTIONS.name(), order);
        var headers =
                CloudEvents.headers(order.eventId(), "transactions.OrderPlaced", order.source(), order.timestamp());
        return new ProducerRecord<>(topic, null, order.orderId(), value, headers);
    }
}
