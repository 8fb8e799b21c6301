package millrace.analytics.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import millrace.events.Json;
import millrace.generation.PartitionReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Record on a shadow's own topic of effects: offsets from which on its effects count. What it published before it was
 * last live has been published long ago.
 *
 * @param closedFor the generation that has replaced this one; {@code null} if this one is being rebuilt again
 * @param liveFrom offset of the channel from which on other generations have written
 * @param ownFrom offset of the shadow's own topic from which on its effects count
 */
record FenceRecord(Integer closedFor, long liveFrom, long ownFrom) {
    /** Key of the record. Keys of effects begin with a time, so it is none of them. */
    static final byte[] KEY = "|replaced".getBytes(UTF_8);

    /** Stands for a missing record: all effects count. */
    static final FenceRecord NONE = new FenceRecord(null, 0, 0);

    /** JSON value of the record. */
    record Payload(Integer closedFor, long liveFrom) {}

    static boolean isFenceRecord(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.equals(KEY, record.key());
    }

    /** Reads the last fence record of a partition of the topic. */
    static FenceRecord of(PartitionReader reader, TopicPartition own) {
        var last = new AtomicReference<>(NONE);
        reader.readToEnd(own, 0, record -> {
            if (isFenceRecord(record)) {
                last.set(of(record));
            }
        });
        return last.get();
    }

    static byte[] payload(Optional<Integer> closedFor, long liveFrom) {
        try {
            return Json.MAPPER.writeValueAsBytes(new Payload(closedFor.orElse(null), liveFrom));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A record of two numbers makes no JSON", e);
        }
    }

    private static FenceRecord of(ConsumerRecord<byte[], byte[]> record) {
        try {
            var payload = Json.MAPPER.readValue(record.value(), Payload.class);
            return new FenceRecord(payload.closedFor(), payload.liveFrom(), record.offset() + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s-%d has no control record at offset %d"
                            .formatted(record.topic(), record.partition(), record.offset()),
                    e);
        }
    }
}
