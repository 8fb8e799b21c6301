package millrace.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes a backlog of orders to the channel {@code transactions}, as the edge writes them: each with an id of its own
 * and three lines.
 */
final class OrderBacklog implements AutoCloseable {
    private static final int LINES = 3;

    private final String topic;
    private final KafkaProducer<String, byte[]> producer;

    OrderBacklog(Platform platform) {
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("acks", "all");
        settings.put("linger.ms", 5);
        settings.put("batch.size", 128 << 10);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        topic = platform.topic(Channels.TRANSACTIONS.name());
    }

    static OrderPlaced order(int number) {
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

    /** Writes the orders and returns when all are acknowledged. */
    void send(int count) {
        var sent = new ArrayList<Future<?>>();
        var channel = Channels.TRANSACTIONS;
        for (int number = 0; number < count; number++) {
            var order = order(number);
            var value = channel.value().serializer().serialize(channel.name(), order);
            var headers =
                    CloudEvents.headers(order.eventId(), "transactions.OrderPlaced", order.source(), order.timestamp());
            sent.add(producer.send(new ProducerRecord<>(topic, null, order.orderId(), value, headers)));
        }
        try {
            for (var each : sent) {
                each.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new BenchmarkException("The backlog cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
