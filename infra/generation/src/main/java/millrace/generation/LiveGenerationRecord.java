package millrace.generation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.events.Channels;
import millrace.events.Generation;
import millrace.events.Generation.LiveGeneration;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The latest record of a consumer on the channel {@code generations}. Its one thread is the caller's. */
final class LiveGenerationRecord implements AutoCloseable {
    private static final Map<String, Object> SETTINGS = Map.of(
            "client.id",
            "generations",
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest",
            "allow.auto.create.topics",
            false,
            // A record is there at once all the same; this is how often nothing is said about nothing.
            "fetch.max.wait.ms",
            5000);

    private final String consumer;
    private final TopicPartition partition;
    private final KafkaConsumer<String, Generation> channel;
    private final PaasSettings settings;
    private Optional<LiveGeneration> latest = Optional.empty();
    private Instant said = Instant.EPOCH;

    LiveGenerationRecord(PaasSettings settings, String consumer) {
        this.settings = settings;
        this.consumer = consumer;
        this.partition = new TopicPartition(settings.prefix() + Channels.GENERATIONS.name(), 0);
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(SETTINGS);
        this.channel = new KafkaConsumer<>(
                client, new StringDeserializer(), Channels.GENERATIONS.value().deserializer());
        channel.assign(List.of(partition));
    }

    /**
     * What is so now; empty where nothing was ever switched.
     *
     * @throws MembershipException where the channel does not answer in time
     */
    Optional<LiveGeneration> now(Duration within) {
        try {
            var deadline = Instant.now().plus(within);
            var end = channel.endOffsets(List.of(partition), within).get(partition);
            while (channel.position(partition, within) < end) {
                if (Instant.now().isAfter(deadline)) {
                    throw new MembershipException(sentence(within));
                }
                next(Duration.ofMillis(100));
            }
            return latest;
        } catch (KafkaException e) {
            throw new MembershipException(sentence(within) + " " + e.getMessage(), e);
        }
    }

    /** After the hand-over that may be under way. */
    Optional<LiveGeneration> settled(Duration answer, Duration handOver) {
        now(answer);
        var end = Instant.now().plus(handOver);
        if (GenerationRole.isHandingOver(latest)) {
            System.err.printf(
                    "Waiting for the hand-over of %s to generation %d, at most %d s.%n",
                    consumer, latest.orElseThrow().handingOverTo(), handOver.toSeconds());
        }
        while (GenerationRole.isHandingOver(latest)) {
            if (Instant.now().isAfter(end)) {
                throw new MembershipException(
                        "The hand-over of %s is not over after %d s: bin/replay switch %s goes on with it."
                                .formatted(consumer, handOver.toSeconds(), consumer));
            }
            next(Duration.ofMillis(200));
        }
        return latest;
    }

    /** The latest after waiting that long for another. */
    Optional<LiveGeneration> next(Duration atMost) {
        channel.poll(atMost).forEach(this::take);
        return latest;
    }

    /** Says once more what is so, where that was said so long ago: some platforms let no record of a channel live for ever. */
    void refresh(Duration olderThan) {
        if (latest.isEmpty() || said.plus(olderThan).isAfter(Instant.now())) {
            return;
        }
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(Map.of("acks", "all", "delivery.timeout.ms", 20_000, "request.timeout.ms", 10_000));
        try (var producer = new KafkaProducer<>(
                client, new StringSerializer(), Channels.GENERATIONS.value().serializer())) {
            producer.send(new ProducerRecord<>(partition.topic(), consumer, latest.get()));
        }
    }

    @Override
    public void close() {
        channel.close();
    }

    private void take(ConsumerRecord<String, Generation> record) {
        if (consumer.equals(record.key()) && record.value() instanceof LiveGeneration live) {
            latest = Optional.of(live);
            said = Instant.ofEpochMilli(record.timestamp());
        }
    }

    private String sentence(Duration within) {
        return "The channel %s does not say within %d s which generation of %s is live."
                .formatted(partition.topic(), within.toSeconds(), consumer);
    }
}
