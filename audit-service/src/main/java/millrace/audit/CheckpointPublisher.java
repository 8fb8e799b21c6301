package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import millrace.audit.chain.ClosedSegment;
import millrace.events.Channels;
import millrace.events.Checkpoint;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes checkpoints that are committed in the database, so that none precedes its entries. A checkpoint that is
 * published twice has the same key and the same bytes.
 */
@ApplicationScoped
class CheckpointPublisher {
    /** Name of the problem in {@link ReadinessAlarms}. */
    static final String PROBLEM = "checkpoints";

    /** Bounds the pause of archiving; what cannot be sent in this time is retried. */
    private static final int BLOCKS_FOR_MS = 500;

    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(3);

    private final Map<String, Object> broker;
    private final AuditedChannels channels;
    private Producer<String, byte[]> producer;

    CheckpointPublisher(@Identifier("default-kafka-broker") Map<String, Object> broker, AuditedChannels channels) {
        this.broker = broker;
        this.channels = channels;
    }

    /** @return completes when every in-sync replica has the checkpoint, or fails */
    Future<?> publish(ClosedSegment segment) {
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
