package millrace.orders.ledger;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.Counted;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Sends counts to the channel {@code ledger} in sequence. The outbox does not send them: its rows would wait where the
 * generation is a shadow, and would grow while the broker is unavailable.
 */
@ApplicationScoped
class LedgerSender {
    /** Limit for the acknowledgement of a record. */
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(10);

    private static final Duration TOPIC_KNOWN_WITHIN = Duration.ofSeconds(2);
    private static final int BUFFER_BYTES = 1024 * 1024;

    private final Map<String, Object> settings;
    private final String prefix;
    private Producer<String, Counted> producer;

    LedgerSender(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this.settings = settings(broker);
        this.prefix = prefix.orElse("");
    }

    /**
     * Returns when every in-sync replica has all counts.
     *
     * @throws ExecutionException if one is not acknowledged
     */
    synchronized void send(List<Counted> counts) throws InterruptedException, ExecutionException {
        var acknowledgements = new ArrayList<Future<RecordMetadata>>();
        for (var counted : counts) {
            var record = new ProducerRecord<>(prefix + Channels.LEDGER.name(), counted.key(), counted);
            acknowledgements.add(producer().send(record));
            if (acknowledgements.getLast().state() == Future.State.FAILED) {
                break; // Each further send would wait for the topic, and fail alike.
            }
        }
        for (var acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
    }

    private Producer<String, Counted> producer() {
        if (producer == null) {
            Channel<String, Counted> ledger = Channels.LEDGER;
            producer = new KafkaProducer<>(
                    settings, ledger.key().serializer(), ledger.value().serializer());
        }
        return producer;
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
    }

    private static Map<String, Object> settings(Map<String, Object> broker) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(ProducerConfig.configNames());
        int patience = Math.toIntExact(ACKNOWLEDGED_WITHIN.toMillis());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "orders-ledger");
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(TOPIC_KNOWN_WITHIN.toMillis()));
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patience / 2);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patience);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        return settings;
    }
}
