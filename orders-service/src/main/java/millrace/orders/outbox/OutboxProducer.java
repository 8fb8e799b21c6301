package millrace.orders.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.kafka.clients.producer.ProducerConfig.ACKS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.BATCH_SIZE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.BUFFER_MEMORY_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.CLIENT_ID_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.LINGER_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.MAX_BLOCK_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION;
import static org.apache.kafka.clients.producer.ProducerConfig.MAX_REQUEST_SIZE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import millrace.events.Channel;
import millrace.events.Channels;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Sends rows of the outbox, and waits until all in-sync replicas have them. Each shard has a producer of its own: a
 * channel's sink would send a record again when only its confirmation was lost, and shards must not wait for each
 * other's partitions. It blocks: call it on a worker thread.
 */
@ApplicationScoped
class OutboxProducer {
    /**
     * Time after which no round begins. Together with the duration of a round it is less than the timeout of an idle
     * transaction (application.properties), during which the shard belongs to this process.
     */
    private static final Duration NO_ROUND_AFTER = Duration.ofSeconds(5);

    /**
     * Wait for the metadata of a topic; a missing topic delays the other channels of its shard by this time at each
     * attempt.
     */
    private static final Duration TOPIC_KNOWN_WITHIN = Duration.ofSeconds(2);

    /** Bytes of one channel in a round, so that they form one batch, with room for the frames of its records. */
    static final int ROUND_BYTES = 160 * 1024;

    /** Characters of the reason that is stored with a row. */
    private static final int MOST_REASON = 500;

    private static final Set<String> CHANNELS =
            Channels.ALL.stream().map(Channel::name).collect(Collectors.toUnmodifiableSet());

    private static final int BATCH_BYTES = 256 * 1024;
    private static final int BUFFER_BYTES = 4 * 1024 * 1024;

    /** Longer than it takes to fill a round, so that a round is one batch; {@code flush} sends it. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Map<Integer, Producer<byte[], byte[]>> producers = new ConcurrentHashMap<>();
    private final Map<String, Object> settings;
    private final String prefix;

    OutboxProducer(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            OutboxConfig config) {
        this.settings = settings(broker, config.confirmWithin());
        this.prefix = prefix.orElse("");
    }

    /**
     * Sends rows in rounds: a record is sent after all earlier ones of its key are confirmed, so that none can overtake
     * its predecessor. The records of a round for one partition are one batch, which is written as a whole or not at
     * all, so that records of different keys keep their sequence, too. After a failure no more is sent to that channel,
     * and after a time limit to none, because a process that was suspended may have lost the shard to another.
     *
     * @param at timestamp of all records
     */
    OutboxSendResult send(int shard, List<OutboxRow> rows, Instant at) throws InterruptedException {
        var result = new OutboxSendResult(new ArrayList<>(), new LinkedHashMap<>(), new HashMap<>(), new HashSet<>());
        var blocked = new HashSet<ChannelKey>();
        var end = System.nanoTime() + NO_ROUND_AFTER.toNanos();
        for (var round : rounds(rows.stream().filter(row -> !row.behind()).toList())) {
            if (System.nanoTime() - end > 0) {
                break;
            }
            send(
                    shard,
                    at,
                    round.stream()
                            .filter(row -> !blocked.contains(ChannelKey.of(row)))
                            .toList(),
                    result,
                    end);
            round.stream()
                    .filter(row -> result.refused().containsKey(row.id())
                            && row.message().key() != null)
                    .map(ChannelKey::of)
                    .forEach(blocked::add);
        }
        return result;
    }

    /**
     * Waits until every record that was sent of a shard is confirmed or has failed, within the time limit of a record.
     */
    void flush(int shard) {
        producer(shard).flush();
    }

    /**
     * Splits the rows in sequence, before a row whose key is in the round already and before one that exceeds the
     * batch.
     */
    static List<List<OutboxRow>> rounds(List<OutboxRow> rows) {
        var rounds = new ArrayList<List<OutboxRow>>();
        var keys = new HashSet<ChannelKey>();
        var bytes = new HashMap<String, Integer>();
        for (var row : rows) {
            var channel = row.message().channel();
            int before = bytes.getOrDefault(channel, 0);
            boolean isFull = before > 0 && before + row.message().bytes() > ROUND_BYTES;
            if (rounds.isEmpty() || isFull || keys.contains(ChannelKey.of(row))) {
                rounds.add(new ArrayList<>());
                keys.clear();
                bytes.clear();
            }
            keys.add(ChannelKey.of(row));
            bytes.merge(channel, row.message().bytes(), Integer::sum);
            rounds.getLast().add(row);
        }
        return rounds;
    }

    /**
     * Sends a round. A row that was refused within a batch is sent again alone, because one bad record fails the whole
     * batch.
     */
    private void send(int shard, Instant at, List<OutboxRow> round, OutboxSendResult result, long end)
            throws InterruptedException {
        var doubtful = new ArrayList<OutboxRow>();
        for (var answer : answers(shard, at, round, result).entrySet()) {
            recordOutcome(answer.getKey(), answer.getValue(), result, doubtful);
        }
        for (var row : doubtful) {
            if (System.nanoTime() - end > 0) {
                break;
            }
            for (var answer : answers(shard, at, List.of(row), result).entrySet()) {
                recordOutcome(row, answer.getValue(), result, null);
            }
        }
    }

    private Map<OutboxRow, Future<RecordMetadata>> answers(
            int shard, Instant at, List<OutboxRow> rows, OutboxSendResult result) {
        var answers = new LinkedHashMap<OutboxRow, Future<RecordMetadata>>();
        for (var row : rows) {
            if (!CHANNELS.contains(row.message().channel())) {
                result.refused().put(row.id(), "There is no channel of that name.");
            } else if (!result.failed().containsKey(row.message().channel())) {
                var answer = answer(shard, at, row);
                var notSent = failure(answer).filter(reason -> !isFinal(reason));
                notSent.ifPresentOrElse(
                        reason -> result.failed().put(row.message().channel(), reason), () -> answers.put(row, answer));
            }
        }
        producer(shard).flush();
        return answers;
    }

    /** Sends a row; a producer that has failed for good throws, which becomes a failed future. */
    private Future<RecordMetadata> answer(int shard, Instant at, OutboxRow row) {
        try {
            return producer(shard).send(record(row.message(), at));
        } catch (KafkaException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** @param doubtful receives a row that may be refused because of its batch; {@code null} where it was alone */
    private void recordOutcome(
            OutboxRow row, Future<RecordMetadata> answer, OutboxSendResult result, List<OutboxRow> doubtful)
            throws InterruptedException {
        try {
            answer.get();
            result.confirmed().add(row.id());
        } catch (ExecutionException e) {
            if (!isFinal(e.getCause())) {
                result.failed().putIfAbsent(row.message().channel(), e.getCause());
                result.unsure().add(row.id());
            } else if (doubtful != null) {
                doubtful.add(row);
            } else {
                result.refused().put(row.id(), sentence(e.getCause()));
            }
        }
    }

    /** True where the record itself is at fault, so that no retry can help. */
    static boolean isFinal(Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTopicException
                || failure instanceof SerializationException;
    }

    private static String sentence(Throwable failure) {
        var text = failure.getClass().getSimpleName() + ": " + failure.getMessage();
        return text.length() > MOST_REASON ? text.substring(0, MOST_REASON) : text;
    }

    private static Optional<Throwable> failure(Future<RecordMetadata> answer) {
        return answer.state() == Future.State.FAILED ? Optional.of(answer.exceptionNow()) : Optional.empty();
    }

    /** Returns the shard's producer; {@link #replace} removes one that has failed for good. */
    private Producer<byte[], byte[]> producer(int shard) {
        return producers.computeIfAbsent(shard, this::open);
    }

    private Producer<byte[], byte[]> open(int shard) {
        var own = new HashMap<>(settings);
        own.put(CLIENT_ID_CONFIG, "orders-outbox-" + shard);
        return new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Closes the producer of a shard after a failure that may be fatal to it; the next rows have a new one. */
    void replace(int shard, Throwable failure) {
        if (!(failure instanceof RetriableException) && !(failure instanceof TopicAuthorizationException)) {
            var spent = producers.remove(shard);
            if (spent != null) {
                spent.close(Duration.ZERO);
            }
        }
    }

    private ProducerRecord<byte[], byte[]> record(OutboxMessage message, Instant at) {
        var headers = new RecordHeaders();
        message.headers().forEach((name, text) -> headers.add(name, text.getBytes(UTF_8)));
        return new ProducerRecord<>(
                prefix + message.channel(), null, at.toEpochMilli(), message.key(), message.value(), headers);
    }

    @PreDestroy
    void close() {
        producers.values().forEach(producer -> producer.close(Duration.ofSeconds(2)));
    }

    private static Map<String, Object> settings(Map<String, Object> broker, Duration confirmWithin) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(ProducerConfig.configNames());
        int patience = Math.toIntExact(confirmWithin.toMillis());
        settings.put(ACKS_CONFIG, "all");
        settings.put(ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(MAX_REQUEST_SIZE_CONFIG, 1024 * 1024);
        settings.put(BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.put(BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        settings.put(LINGER_MS_CONFIG, Math.toIntExact(LINGER.toMillis()));
        settings.put(MAX_BLOCK_MS_CONFIG, Math.toIntExact(TOPIC_KNOWN_WITHIN.toMillis()));
        settings.put(REQUEST_TIMEOUT_MS_CONFIG, patience / 2);
        settings.put(DELIVERY_TIMEOUT_MS_CONFIG, patience);
        return settings;
    }

    /** A key on a channel, within which records are in sequence. */
    private record ChannelKey(String channel, ByteBuffer key) {
        static ChannelKey of(OutboxRow row) {
            var key = row.message().key();
            return new ChannelKey(row.message().channel(), key == null ? null : ByteBuffer.wrap(key));
        }
    }
}
