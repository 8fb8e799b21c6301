package millrace.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import millrace.events.Channel;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to the channels like the edge and the services. */
final class ChannelWriter implements AutoCloseable {
    private final Platform platform;
    private final KafkaProducer<byte[], byte[]> producer;

    ChannelWriter(Platform platform) {
        this.platform = platform;
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("acks", "all");
        var bytes = new ByteArraySerializer();
        producer = new KafkaProducer<>(settings, bytes, bytes);
    }

    /**
     * Writes the events in this order and waits until all are written.
     *
     * @return the partition of each event
     */
    <E> List<Integer> write(Channel<String, ? super E> channel, List<E> events, Function<E, String> key)
            throws ExecutionException, InterruptedException {
        return partitions(events.stream().map(event -> send(channel, event, key.apply(event))));
    }

    private <E> Future<RecordMetadata> send(Channel<String, E> channel, E event, String key) {
        var topic = platform.topic(channel.name());
        return producer.send(new ProducerRecord<>(
                topic,
                channel.key().serializer().serialize(topic, key),
                channel.value().serializer().serialize(topic, event)));
    }

    private static List<Integer> partitions(Stream<Future<RecordMetadata>> sent)
            throws ExecutionException, InterruptedException {
        var partitions = new ArrayList<Integer>();
        for (var each : sent.toList()) {
            partitions.add(each.get().partition());
        }
        return partitions;
    }

    @Override
    public void close() {
        producer.close();
    }
}
