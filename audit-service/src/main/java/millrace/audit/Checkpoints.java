package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import millrace.audit.chain.Segment;
import millrace.events.Channels;
import millrace.events.Checkpoint;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes checkpoints, after the database has them: one that is published says nothing that did not happen. Sent twice it
 * is the same bytes under the same key.
 */
@ApplicationScoped
class Checkpoints {
    /** In the words of {@link Condition}. */
    static final String CONDITION = "checkpoints";

    /** The archive goes on meanwhile; what was not sent in this time is sent again. */
    private static final int BLOCKS_FOR_MS = 500;

    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(3);

    private final Map<String, Object> broker;
    private final AuditedChannels channels;
    private Producer<String, byte[]> producer;

    Checkpoints(@Identifier("default-kafka-broker") Map<String, Object> broker, AuditedChannels channels) {
        this.broker = broker;
        this.channels = channels;
    }

    /** The answer comes when every in-sync replica has it, or fails. */
    Future<?> send(Segment segment) {
        var key = Checkpoint.key(Checkpoint.GENERATION, segment.channel(), segment.partition(), segment.segment());
        var topic = channels.topic(Channels.AUDIT_CHECKPOINTS.name());
        var published = new ProducerRecord<>(topic, key, segment.checkpoint());
        published.headers().add(Checkpoint.SIGNATURE, segment.signature());
        return producer().send(published);
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(CLOSES_WITHIN);
        }
    }

    private synchronized Producer<String, byte[]> producer() {
        if (producer == null) {
            var settings = new HashMap<>(broker);
            settings.keySet().retainAll(ProducerConfig.configNames());
            settings.put("client.id", channels.consumerGroup() + "-checkpoints");
            settings.put("acks", "all");
            settings.put("enable.idempotence", true);
            settings.put("max.block.ms", BLOCKS_FOR_MS);
            settings.put("compression.type", "none");
            producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        }
        return producer;
    }
}
