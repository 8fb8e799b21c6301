package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Creates the consumer of the audit trail. */
@ApplicationScoped
class ArchiveConsumerFactory {
    /**
     * Largest response of a broker. Together with the broker's limit of a record it bounds the memory: with three brokers
     * 12 MB wait, and each of two batches holds as much as it was read and once more encrypted.
     */
    private static final int FETCH_BYTES = 4 << 20;

    private static final int RECORDS_OF_A_TRANSACTION = 2000;
    /** After a process was killed its partitions wait so long for another consumer. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /** A topic that appears on the broker is subscribed within this time. */
    private static final int NEW_TOPICS_WITHIN_MS = 30_000;

    private final Map<String, Object> broker;
    private final AuditedChannels channels;

    ArchiveConsumerFactory(@Identifier("default-kafka-broker") Map<String, Object> broker, AuditedChannels channels) {
        this.broker = broker;
        this.channels = channels;
    }

    /** The caller closes the result. */
    TopicIds topicIds() {
        return TopicIds.connect(broker);
    }

    List<String> topics() {
        return channels.topics();
    }

    /**
     * Creates a consumer that takes its positions from the archive only: it does not commit by itself, and without a
     * position it throws instead of choosing one. The caller closes it.
     */
    KafkaConsumer<byte[], byte[]> open() {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.put("group.id", channels.consumerGroup());
        settings.put("client.id", channels.consumerGroup());
        settings.put("auto.offset.reset", "none");
        settings.put("enable.auto.commit", false);
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("session.timeout.ms", SESSION_TIMEOUT_MS);
        settings.put("max.poll.records", RECORDS_OF_A_TRANSACTION);
        settings.put("fetch.max.bytes", FETCH_BYTES);
        settings.put("metadata.max.age.ms", NEW_TOPICS_WITHIN_MS);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
