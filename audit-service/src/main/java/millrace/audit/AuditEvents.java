package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ServiceUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import millrace.access.Problem;
import millrace.events.AuditEvent;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes on {@code audit-events} each query of the audit log and each operation on its keys, before the answer is
 * given. Blocks until every in-sync replica has the event, five seconds at most.
 */
@ApplicationScoped
public class AuditEvents implements AutoCloseable {
    private static final Duration CONFIRM_WITHIN = Duration.ofSeconds(5);
    private static final String SOURCE = "audit";

    private final Producer<String, AuditEvent> producer;
    private final String topic;

    @Inject
    AuditEvents(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this(broker, prefix.orElse(""));
    }

    /** For commands, which close it. */
    public AuditEvents(Map<String, Object> broker, String prefix) {
        var channel = Channels.AUDIT_EVENTS;
        int patience = Math.toIntExact(CONFIRM_WITHIN.toMillis());
        this.producer = KafkaClients.producer(
                broker,
                channel,
                Map.of(
                        "client.id",
                        "audit-events",
                        "linger.ms",
                        0,
                        "max.block.ms",
                        patience,
                        "request.timeout.ms",
                        patience / 2,
                        "delivery.timeout.ms",
                        patience));
        this.topic = prefix + channel.name();
    }

    /**
     * Publishes an event and returns when every in-sync replica has it.
     *
     * @throws ServiceUnavailableException if that is not confirmed in time: the caller must not do what the event reports
     */
    public void publish(AuditEvent event) {
        var type = Channels.AUDIT_EVENTS.name() + "." + event.getClass().getSimpleName();
        var headers = CloudEvents.headers(event.eventId(), type, SOURCE, event.timestamp());
        try {
            producer.send(new ProducerRecord<>(topic, null, event.about(), event, headers))
                    .get();
        } catch (ExecutionException e) {
            throw notOnRecord(e.getCause());
        } catch (KafkaException e) {
            throw notOnRecord(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notOnRecord(e);
        }
    }

    @PreDestroy
    @Override
    public void close() {
        producer.close(CONFIRM_WITHIN);
    }

    private static ServiceUnavailableException notOnRecord(Throwable why) {
        return Problem.unavailable(
                "What is asked of the audit log has to be on record first, and Kafka did not confirm that within "
                        + CONFIRM_WITHIN.toSeconds() + " s.",
                why);
    }
}
