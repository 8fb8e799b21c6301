package millrace.console.replay;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import millrace.console.call.ConsoleException;
import millrace.console.view.Deployment;
import millrace.events.Channels;
import millrace.events.Generation;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The records of the channel {@code generations}, read again where there are more than before. */
final class GenerationRecords {
    private static final Duration READ_WITHIN = Duration.ofSeconds(4);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST = 2_000;

    private final Deployment deployment;
    private final Map<String, Generation> records = new LinkedHashMap<>();
    private long readTo;

    GenerationRecords(Deployment deployment) {
        this.deployment = deployment;
    }

    /** Live generation of a consumer: the first one, of no time and of nobody, where there never was another. */
    synchronized LiveGeneration live(String consumer) throws InterruptedException {
        update();
        return records.get(consumer) instanceof LiveGeneration live
                ? live
                : new LiveGeneration(consumer, 1, null, false, null, null, null);
    }

    /** Receipts, the newest first. */
    synchronized List<ReplayReceipt> receipts() throws InterruptedException {
        update();
        return records.values().stream()
                .flatMap(record -> record instanceof ReplayReceipt receipt ? Stream.of(receipt) : Stream.empty())
                .sorted((one, other) -> other.id().compareTo(one.id()))
                .toList();
    }

    private void update() throws InterruptedException {
        var partition = new TopicPartition(deployment.topic(Channels.GENERATIONS.name()), 0);
        try {
            var ends = deployment.admin().listOffsets(Map.of(partition, OffsetSpec.latest()));
            var end = ends.partitionResult(partition).get().offset();
            if (end != readTo) {
                read(partition, end);
            }
        } catch (ExecutionException e) {
            throw new ConsoleException(
                    503,
                    "The brokers do not say what generations there are: "
                            + e.getCause().getMessage(),
                    e);
        } catch (KafkaException e) {
            throw new ConsoleException(503, "The channel generations cannot be read: " + e.getMessage(), e);
        }
    }

    private void read(TopicPartition partition, long end) {
        var settings = new HashMap<>(deployment.kafka());
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.put("client.id", "console-replay");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("default.api.timeout.ms", (int) READ_WITHIN.toMillis());
        var from = end < readTo ? 0 : readTo; // It is smaller where the topic was made again.
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            var deadline = System.nanoTime() + READ_WITHIN.toNanos();
            while (consumer.position(partition) < end && System.nanoTime() < deadline) {
                consumer.poll(POLL).forEach(record -> add(partition.topic(), record.key(), record.value()));
            }
            readTo = consumer.position(partition);
        }
    }

    private void add(String topic, byte[] key, byte[] value) {
        try {
            var name = Channels.GENERATIONS.key().deserializer().deserialize(topic, key);
            var record = Channels.GENERATIONS.value().deserializer().deserialize(topic, value);
            records.remove(name);
            if (record != null) {
                records.put(name, record);
            }
            if (records.size() > MOST) {
                records.entrySet().stream()
                        .filter(old -> old.getValue() instanceof ReplayReceipt)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .ifPresent(records::remove);
            }
        } catch (SerializationException e) {
            // A record that is no generation says nothing of one.
        }
    }
}
