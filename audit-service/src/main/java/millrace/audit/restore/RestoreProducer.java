package millrace.audit.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import millrace.audit.KafkaClients;
import millrace.audit.seal.DecryptedRecord;
import millrace.events.ReplayHeaders;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes restored records so that each partition always has a gapless prefix of them: one request at a time is in flight
 * to a broker, and after the first failure no other is sent.
 */
final class RestoreProducer implements AutoCloseable {
    private static final Duration CONFIRM_WITHIN = Duration.ofSeconds(60);
    private static final int BATCH_BYTES = 128 << 10;
    private static final int MEMORY_BYTES = 16 << 20;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final String replayId;
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicReference<CannotRestore> failure = new AtomicReference<>();

    RestoreProducer(RestoreTarget target, String replayId) {
        int patience = Math.toIntExact(CONFIRM_WITHIN.toMillis());
        this.producer = KafkaClients.producer(
                target.kafka(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                Map.of(
                        "client.id",
                        "audit-restore",
                        "max.in.flight.requests.per.connection",
                        1,
                        "linger.ms",
                        5,
                        "batch.size",
                        BATCH_BYTES,
                        "buffer.memory",
                        (long) MEMORY_BYTES,
                        "max.request.size",
                        MEMORY_BYTES,
                        "max.block.ms",
                        patience,
                        "request.timeout.ms",
                        patience / 4,
                        "delivery.timeout.ms",
                        patience));
        this.topic = target.topic();
        this.replayId = replayId;
    }

    /** Blocks while the buffer of the producer is full. */
    void send(DecryptedRecord opened) {
        check();
        var record = opened.record();
        var origin = ArchiveOrigin.of(record).text();
        var message = new ProducerRecord<>(
                topic, record.partition(), record.timestampMs(), record.key(), record.value(), headers(opened, origin));
        try {
            producer.send(message, (metadata, e) -> {
                if (e == null) {
                    confirmed.incrementAndGet();
                } else {
                    fail(origin, e);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            fail(origin, e);
        }
        check();
    }

    long confirmed() {
        return confirmed.get();
    }

    /** Returns when all sent records are confirmed. */
    void flush() {
        producer.flush();
        check();
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }

    /** Keeps the first failure only: closing the producer causes the later ones. */
    private void fail(String origin, Exception e) {
        var sentence = "The record %s cannot be restored: %s".formatted(origin, e.getMessage());
        if (failure.compareAndSet(null, new CannotRestore(sentence, e))) {
            producer.close(Duration.ZERO);
        }
    }

    private void check() {
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private RecordHeaders headers(DecryptedRecord opened, String origin) {
        var record = opened.record();
        var headers = new RecordHeaders();
        for (var i = 0; i < record.headerNames().length; i++) {
            headers.add(new String(record.headerNames()[i], UTF_8), record.headerValues()[i]);
        }
        headers.add(ReplayHeaders.ID, replayId.getBytes(UTF_8));
        headers.add(ReplayHeaders.ORIGIN, origin.getBytes(UTF_8));
        if (opened.redacted() > 0) {
            headers.add("redacted", Integer.toString(opened.redacted()).getBytes(UTF_8));
        }
        return headers;
    }
}
