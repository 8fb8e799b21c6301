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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The latest record of a consumer on the channel {@code generations}. Its one thread is the caller's. */
final class LiveRecord implements AutoCloseable {
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
    private Optional<LiveGeneration> latest = Optional.empty();

    LiveRecord(PaasSettings settings, String consumer) {
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
     * @throws CannotEnter where the channel does not answer in time
     */
    Optional<LiveGeneration> now(Duration within) {
        try {
            var deadline = Instant.now().plus(within);
            var end = channel.endOffsets(List.of(partition), within).get(partition);
            while (channel.position(partition, within) < end) {
                if (Instant.now().isAfter(deadline)) {
                    throw new CannotEnter(sentence(within));
                }
                next(Duration.ofMillis(100));
            }
            return latest;
        } catch (KafkaException e) {
            throw new CannotEnter(sentence(within) + " " + e.getMessage(), e);
        }
    }

    /** The latest after waiting that long for another. */
    Optional<LiveGeneration> next(Duration atMost) {
        channel.poll(atMost).forEach(this::take);
        return latest;
    }

    @Override
    public void close() {
        channel.close();
    }

    private void take(ConsumerRecord<String, Generation> record) {
        if (consumer.equals(record.key()) && record.value() instanceof LiveGeneration live) {
            latest = Optional.of(live);
        }
    }

    private String sentence(Duration within) {
        return "The channel %s does not say within %d s which generation of %s is live."
                .formatted(partition.topic(), within.toSeconds(), consumer);
    }
}
