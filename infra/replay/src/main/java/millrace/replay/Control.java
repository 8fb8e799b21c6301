package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import millrace.events.Json;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record among the effects of a shadow that says from where on they count: what it said before it was live for the last time
 * was caused long ago.
 *
 * @param closedFor the generation that has replaced this one; {@code null} where this one is being rebuilt again
 * @param liveFrom offset of the channel from which on others than this generation have written
 * @param ownFrom offset of the shadow's own topic from which on its effects count
 */
record Control(Integer closedFor, long liveFrom, long ownFrom) {
    /** No key of an effect: those begin with a time. */
    static final byte[] KEY = "|replaced".getBytes(UTF_8);

    /** Where there is none: all counts. */
    static final Control NONE = new Control(null, 0, 0);

    /** What is in the record. */
    record Text(Integer closedFor, long liveFrom) {}

    static boolean isControl(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.equals(KEY, record.key());
    }

    /** The last one. */
    static Control of(PartitionReader own) {
        var last = new AtomicReference<>(NONE);
        own.from(0).toTheEnd(record -> {
            if (isControl(record)) {
                last.set(of(record));
            }
        });
        return last.get();
    }

    static byte[] text(Optional<Integer> closedFor, long liveFrom) {
        try {
            return Json.MAPPER.writeValueAsBytes(new Text(closedFor.orElse(null), liveFrom));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A record of two numbers makes no JSON", e);
        }
    }

    private static Control of(ConsumerRecord<byte[], byte[]> record) {
        try {
            var text = Json.MAPPER.readValue(record.value(), Text.class);
            return new Control(text.closedFor(), text.liveFrom(), record.offset() + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s-%d has no control record at offset %d"
                            .formatted(record.topic(), record.partition(), record.offset()),
                    e);
        }
    }
}
