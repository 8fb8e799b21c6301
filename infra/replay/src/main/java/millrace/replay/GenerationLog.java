package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.Generation;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads and appends the channel {@code generations}: which generation of a consumer is live, and the receipts. */
final class GenerationLog {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);

    private final PlatformConnection platform;

    GenerationLog(PlatformConnection platform) {
        this.platform = platform;
    }

    /** Returns the live generation of a consumer; the first one if nothing was ever written. */
    LiveGeneration liveGeneration(String consumer) {
        return Optional.ofNullable(read().get(consumer))
                .map(LiveGeneration.class::cast)
                .orElseGet(() -> new LiveGeneration(consumer, 1, null, Instant.EPOCH, "nobody", null));
    }

    /** Returns all receipts, oldest first. */
    List<ReplayReceipt> receipts() {
        return read().values().stream()
                .flatMap(record -> record instanceof ReplayReceipt receipt ? Stream.of(receipt) : Stream.empty())
                .sorted(Comparator.comparing(ReplayReceipt::id))
                .toList();
    }

    /** Appends a record; returns after every in-sync replica has it, and fails if they do not acknowledge it within 20 s. */
    void append(Generation record) {
        var client = new HashMap<String, Object>(platform.settings().kafka());
        client.putAll(Map.of("acks", "all", "delivery.timeout.ms", 20_000, "request.timeout.ms", 10_000));
        client.put("max.block.ms", ANSWERS_WITHIN.toMillis());
        try (var producer = new KafkaProducer<>(
                client, new StringSerializer(), Channels.GENERATIONS.value().serializer())) {
            producer.send(new ProducerRecord<>(topic(), record.key(), record)).get();
        } catch (ExecutionException e) {
            throw new ReplayException(
                    "The channel %s cannot be written: %s"
                            .formatted(topic(), e.getCause().getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReplayException("It was interrupted.", e);
        }
    }

    private Map<String, Generation> read() {
        var records = new LinkedHashMap<String, Generation>();
        var client = new HashMap<String, Object>(platform.settings().kafka());
        client.putAll(Map.of("enable.auto.commit", false, "auto.offset.reset", "earliest"));
        var partition = new TopicPartition(topic(), 0);
        try (var consumer = new KafkaConsumer<>(
                client, new StringDeserializer(), Channels.GENERATIONS.value().deserializer())) {
            consumer.assign(List.of(partition));
            var deadline = Instant.now().plus(ANSWERS_WITHIN);
            var end = consumer.endOffsets(List.of(partition), ANSWERS_WITHIN).get(partition);
            while (consumer.position(partition, ANSWERS_WITHIN) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> records.put(record.key(), record.value()));
                if (Instant.now().isAfter(deadline)) {
                    throw new ReplayException("The channel %s is not read to its end within %d s."
                            .formatted(topic(), ANSWERS_WITHIN.toSeconds()));
                }
            }
            return records;
        } catch (KafkaException e) {
            throw new ReplayException("The channel %s cannot be read: %s".formatted(topic(), e.getMessage()), e);
        }
    }

    private String topic() {
        return platform.prefixed(Channels.GENERATIONS.name());
    }
}
