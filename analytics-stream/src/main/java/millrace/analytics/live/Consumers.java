package millrace.analytics.live;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Opens consumers at the end of the channels. They have no group: each one reads all partitions. */
@ApplicationScoped
class Consumers {
    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final int FETCH_BYTES = 4 << 20;

    private final Map<String, Object> broker;
    private final LiveChannels channels;

    Consumers(@Identifier("default-kafka-broker") Map<String, Object> broker, LiveChannels channels) {
        this.broker = broker;
        this.channels = channels;
    }

    /**
     * Opens a consumer positioned at the end of every partition. If an offset is lost it fails instead of skipping
     * records. The caller closes it.
     */
    KafkaConsumer<String, byte[]> openAtEnd() {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove("group.id");
        settings.put("client.id", "analytics-live");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "none");
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("default.api.timeout.ms", ANSWER_TIMEOUT_MS);
        settings.put("request.timeout.ms", ANSWER_TIMEOUT_MS);
        settings.put("fetch.max.bytes", FETCH_BYTES);
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        try {
            var partitions = channels.topics().stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            return consumer;
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }
}
