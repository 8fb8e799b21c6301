package millrace.orders.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.kafka.clients.producer.ProducerConfig.ACKS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.CLIENT_ID_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.LINGER_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.MAX_BLOCK_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Sends rows of the outbox and waits until every in-sync replica has them. Its own producer, because a channel's sink
 * sends a record again when only its confirmation went wrong. Blocks: call it from a worker thread.
 */
@ApplicationScoped
class OutboxProducer {
    /**
     * With the time that a round takes it is less than what the database grants an idle transaction (application.properties):
     * so long the shard is this process' own.
     */
    private static final Duration NO_ROUND_AFTER = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final String prefix;

    OutboxProducer(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            OutboxConfig config) {
        this.producer = new KafkaProducer<>(
                settings(broker, config.confirmWithin()), new ByteArraySerializer(), new ByteArraySerializer());
        this.prefix = prefix.orElse("");
    }

    /**
     * What became of the rows that were sent.
     *
     * @param confirmed ids of the rows that the broker has; all others have to be sent again
     * @param failure why it stopped before the end; empty where it did not
     */
    record Sent(List<Long> confirmed, Optional<Throwable> failure) {
        Uni<Sent> orFailure() {
            return failure.map(reason -> Uni.createFrom().<Sent>failure(reason))
                    .orElseGet(() -> Uni.createFrom().item(this));
        }
    }

    /**
     * Sends in rounds: a record leaves when all earlier ones of its key are confirmed, so that its successor can never
     * overtake it. After a failure nothing more is sent, nor after a while: a process that was suspended may have lost the
     * shard to another meanwhile.
     */
    Sent send(List<OutboxRow> rows) throws InterruptedException {
        var confirmed = new ArrayList<Long>();
        try {
            var end = System.nanoTime() + NO_ROUND_AFTER.toNanos();
            for (var round : rounds(rows)) {
                if (System.nanoTime() - end > 0) {
                    break;
                }
                send(round, confirmed);
            }
            return new Sent(confirmed, Optional.empty());
        } catch (ExecutionException e) {
            return new Sent(confirmed, Optional.of(e.getCause()));
        }
    }

    /** Returns when everything that was ever sent is confirmed or given up: within the time that a record may take. */
    void flush() {
        producer.flush();
    }

    /** The rows in their order, cut before each one whose key is in the round already. */
    static List<List<OutboxRow>> rounds(List<OutboxRow> rows) {
        var rounds = new ArrayList<List<OutboxRow>>();
        var places = new HashSet<Place>();
        for (var row : rows) {
            if (!places.add(Place.of(row)) || rounds.isEmpty()) {
                rounds.add(new ArrayList<>());
                places.clear();
                places.add(Place.of(row));
            }
            rounds.getLast().add(row);
        }
        return rounds;
    }

    private void send(List<OutboxRow> round, List<Long> confirmed) throws ExecutionException, InterruptedException {
        var answers = new LinkedHashMap<OutboxRow, Future<RecordMetadata>>();
        for (var row : round) {
            var answer = producer.send(record(row.message()));
            answers.put(row, answer);
            if (answer.state() == Future.State.FAILED) {
                break;
            }
        }
        for (var answer : answers.entrySet()) {
            answer.getValue().get();
            confirmed.add(answer.getKey().id());
        }
    }

    private ProducerRecord<byte[], byte[]> record(OutboxMessage message) {
        var headers = new RecordHeaders();
        message.headers().forEach((name, text) -> headers.add(name, text.getBytes(UTF_8)));
        return new ProducerRecord<>(prefix + message.channel(), null, message.key(), message.value(), headers);
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(5));
    }

    private static Map<String, Object> settings(Map<String, Object> broker, Duration confirmWithin) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(ProducerConfig.configNames());
        int patience = Math.toIntExact(confirmWithin.toMillis());
        settings.put(CLIENT_ID_CONFIG, "orders-outbox");
        settings.put(ACKS_CONFIG, "all");
        settings.put(ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(LINGER_MS_CONFIG, 0);
        settings.put(MAX_BLOCK_MS_CONFIG, patience);
        settings.put(REQUEST_TIMEOUT_MS_CONFIG, patience / 2);
        settings.put(DELIVERY_TIMEOUT_MS_CONFIG, patience);
        return settings;
    }

    /** What keeps an order: a key on a channel. */
    private record Place(String channel, ByteBuffer key) {
        static Place of(OutboxRow row) {
            var key = row.message().key();
            return new Place(row.message().channel(), key == null ? null : ByteBuffer.wrap(key));
        }
    }
}
