package millrace.template;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.Counted;
import millrace.events.Counted.Role;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes effects and counts, and removes or marks them in the same database transaction: where that is rolled back,
 * they are published again.
 */
@ApplicationScoped
class TemplatePublisher {
    /** Limit for the acknowledgement of a record. */
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(10);

    private static final Duration TOPIC_KNOWN_WITHIN = Duration.ofSeconds(2);

    private static final String TAKE_EFFECTS = """
            WITH taken AS (DELETE FROM pending_effects RETURNING *)
            SELECT * FROM taken ORDER BY partition, "offset\"""";

    private final Producer<byte[], byte[]> producer;
    private final String prefix;
    private final Optional<String> writes;
    private final String by;
    private final boolean shadow;

    /** @param writes channel of the effects; empty where there are none */
    TemplatePublisher(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            @ConfigProperty(name = "template.writes") Optional<String> writes,
            @ConfigProperty(name = "millrace.generation.suffix") Optional<String> generation,
            @ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.producer = new KafkaProducer<>(settings(broker), new ByteArraySerializer(), new ByteArraySerializer());
        this.prefix = prefix.orElse("");
        this.writes = writes;
        this.by = TemplateRebuild.PROCESS + generation.orElse("");
        this.shadow = shadow;
    }

    /** Returns when every replica in sync has all effects and counts. A shadow publishes its counts alone. */
    void publish(Connection connection) throws SQLException, InterruptedException, ExecutionException {
        if (!shadow) {
            publishEffects(connection);
        }
        var acknowledgements = new ArrayList<Future<RecordMetadata>>();
        for (var counted : TemplateLedger.takeChanged(connection, by)) {
            acknowledgements.add(producer.send(record(counted)));
        }
        acknowledged(acknowledgements);
    }

    private void publishEffects(Connection connection) throws SQLException, InterruptedException, ExecutionException {
        var acknowledgements = new ArrayList<Future<RecordMetadata>>();
        try (var take = connection.prepareStatement(TAKE_EFFECTS);
                var row = take.executeQuery()) {
            while (row.next()) {
                acknowledgements.add(producer.send(effect(row)));
            }
        }
        try (var ledger = new TemplateLedger(connection)) {
            for (var written : acknowledged(acknowledgements)) {
                var partition = written.partition();
                ledger.add(Role.WROTE, writes.orElseThrow(), partition, written.offset(), written.timestamp());
            }
            ledger.store();
        }
    }

    private ProducerRecord<byte[], byte[]> effect(ResultSet row) throws SQLException {
        var channel = writes.orElseThrow(() -> new IllegalStateException("The settings name no channel of effects."));
        var headers = CloudEvents.headers(
                row.getString("id"), row.getString("type"), row.getString("source"), row.getString("time"));
        var key = row.getBytes("key");
        return new ProducerRecord<>(prefix + channel, null, null, key, row.getBytes("value"), headers);
    }

    private ProducerRecord<byte[], byte[]> record(Counted counted) {
        var ledger = Channels.LEDGER;
        var topic = prefix + ledger.name();
        return new ProducerRecord<>(
                topic,
                ledger.key().serializer().serialize(topic, counted.key()),
                ledger.value().serializer().serialize(topic, counted));
    }

    private static List<RecordMetadata> acknowledged(List<Future<RecordMetadata>> acknowledgements)
            throws InterruptedException, ExecutionException {
        var written = new ArrayList<RecordMetadata>();
        for (var acknowledgement : acknowledgements) {
            written.add(acknowledgement.get());
        }
        return written;
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(2));
    }

    private static Map<String, Object> settings(Map<String, Object> broker) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(ProducerConfig.configNames());
        int patience = Math.toIntExact(ACKNOWLEDGED_WITHIN.toMillis());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(TOPIC_KNOWN_WITHIN.toMillis()));
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patience / 2);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patience);
        return settings;
    }
}
