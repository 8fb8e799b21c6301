package millrace.audit.evidence;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import millrace.audit.AuditedChannels;
import millrace.audit.KafkaClients;
import millrace.audit.ReadinessAlarms;
import millrace.audit.evidence.tree.TreeHead;
import millrace.events.Channels;
import millrace.events.Checkpoint;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes checkpoints that are committed in the database, so that none precedes its entries. Only the last one has to be
 * confirmed, because it covers all before it.
 */
@ApplicationScoped
class CheckpointPublisher {
    /** Name of the problem in {@link ReadinessAlarms}. */
    static final String PROBLEM = "checkpoints";

    /** Bounds the pause of archiving; what cannot be sent in this time is retried. */
    private static final int BLOCKS_FOR_MS = 500;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(3);

    private final Map<String, Object> broker;
    private final AuditedChannels channels;
    private final ReadinessAlarms alarms;
    private Producer<String, Checkpoint> producer;
    private ProducerRecord<String, Checkpoint> last;
    /** {@code null} if the last one is confirmed. */
    private Future<?> answer;

    private long sentAt;

    CheckpointPublisher(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            AuditedChannels channels,
            ReadinessAlarms alarms) {
        this.broker = broker;
        this.channels = channels;
        this.alarms = alarms;
    }

    /** Sends a checkpoint, under the size of its log. */
    synchronized void publish(TreeHead head, String note) {
        var topic = channels.topic(Channels.AUDIT_CHECKPOINTS.name());
        last = new ProducerRecord<>(topic, Long.toString(head.size()), new Checkpoint(note));
        send();
    }

    /** Sends the last checkpoint again, five seconds after an attempt that failed; the process is not ready meanwhile. */
    synchronized void retry() {
        if (answer == null || !answer.isDone()) {
            return;
        }
        try {
            answer.get();
            answer = null;
            alarms.clear(PROBLEM);
        } catch (ExecutionException e) {
            alarms.raise(PROBLEM, e.getCause().getMessage());
            if (System.nanoTime() - sentAt >= RETRY_AFTER.toNanos()) {
                send();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(CLOSES_WITHIN);
        }
    }

    private void send() {
        sentAt = System.nanoTime();
        answer = producer().send(last);
    }

    /** Replaced in tests. */
    Producer<String, Checkpoint> producer() {
        if (producer == null) {
            var client = channels.consumerGroup() + "-checkpoints";
            producer = KafkaClients.producer(
                    broker, Channels.AUDIT_CHECKPOINTS, Map.of("client.id", client, "max.block.ms", BLOCKS_FOR_MS));
        }
        return producer;
    }
}
