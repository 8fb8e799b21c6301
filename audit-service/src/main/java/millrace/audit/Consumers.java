package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Opens the consumer of the audit trail, and knows what it reads. */
@ApplicationScoped
class Consumers {
    /**
     * Of each answer of a broker; bounds the memory together with the broker's own limit of a record. With three brokers as
     * much as 12 MB wait, and each of two batches has as much as read and as sealed.
     */
    private static final int FETCH_BYTES = 4 << 20;

    private static final int RECORDS_OF_A_TRANSACTION = 2000;
    /** How long the partitions of a process that was killed rest. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /** How soon a topic that appears on the broker is read. */
    private static final int NEW_TOPICS_WITHIN_MS = 30_000;

    private final Map<String, Object> broker;
    private final AuditedChannels channels;

    Consumers(@Identifier("default-kafka-broker") Map<String, Object> broker, AuditedChannels channels) {
        this.broker = broker;
        this.channels = channels;
    }

    /** The caller closes it. */
    TopicIds topicIds() {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        return new TopicIds(Admin.create(settings));
    }

    List<String> topics() {
        return channels.topics();
    }

    /**
     * One that trusts no position but the archive's: it commits nothing by itself, and where it has no position it says
     * so instead of choosing one. The caller closes it.
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
