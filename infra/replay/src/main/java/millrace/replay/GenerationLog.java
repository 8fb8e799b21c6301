package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.Generation;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
                .orElseGet(() -> new LiveGeneration(consumer, 1, null, false, Instant.EPOCH, "nobody", null));
    }

    /** Returns all receipts, oldest first. */
    List<ReplayReceipt> receipts() {
        return read().values().stream()
                .flatMap(record -> record instanceof ReplayReceipt receipt ? Stream.of(receipt) : Stream.empty())
                .sorted(Comparator.comparing(ReplayReceipt::id))
                .toList();
    }

    /** Returns the records of the live generation of a consumer from that offset on, in their sequence. */
    List<LiveGeneration> since(String consumer, long offset) {
        var records = new ArrayList<LiveGeneration>();
        read(offset, record -> {
            if (record.key().equals(consumer) && record.value() instanceof LiveGeneration live) {
                records.add(live);
            }
        });
        return records;
    }

    /**
     * Appends a record; returns after every in-sync replica has it, and fails if they do not acknowledge it within 10 s.
     *
     * @return its offset
     */
    long append(Generation record) {
        var client = new HashMap<String, Object>(platform.settings().kafka());
        client.putAll(
                Map.of("acks", "all", "linger.ms", 0, "delivery.timeout.ms", 10_000, "request.timeout.ms", 5_000));
        client.put("max.block.ms", ANSWERS_WITHIN.toMillis());
        try (var producer = new KafkaProducer<>(
                client, new StringSerializer(), Channels.GENERATIONS.value().serializer())) {
            return producer.send(new ProducerRecord<>(topic(), record.key(), record))
                    .get()
                    .offset();
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
        read(0, record -> records.put(record.key(), record.value()));
        return records;
    }

    private void read(long from, Consumer<ConsumerRecord<String, Generation>> take) {
        var client = new HashMap<String, Object>(platform.settings().kafka());
        client.putAll(Map.of("enable.auto.commit", false, "auto.offset.reset", "earliest"));
        var partition = new TopicPartition(topic(), 0);
        try (var consumer = new KafkaConsumer<>(
                client, new StringDeserializer(), Channels.GENERATIONS.value().deserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            var deadline = Instant.now().plus(ANSWERS_WITHIN);
            var end = consumer.endOffsets(List.of(partition), ANSWERS_WITHIN).get(partition);
            while (consumer.position(partition, ANSWERS_WITHIN) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(take);
                if (Instant.now().isAfter(deadline)) {
                    throw new ReplayException("The channel %s is not read to its end within %d s."
                            .formatted(topic(), ANSWERS_WITHIN.toSeconds()));
                }
            }
        } catch (KafkaException e) {
            throw new ReplayException("The channel %s cannot be read: %s".formatted(topic(), e.getMessage()), e);
        }
    }

    private String topic() {
        return platform.prefixed(Channels.GENERATIONS.name());
    }
}
