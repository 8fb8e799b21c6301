package millrace.ingest.log;

import java.time.Instant;
import millrace.events.Channel;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record on its way to the log.
 *
 * @param identity of its event, as {@link DuplicateFilter} keeps it
 * @param digest 64 bits of its event's
 * @param acceptedAt the record's time: retention counts from it, whatever time the event itself has
 */
public record PendingRecord(
        Channel<?, ?> channel,
        String key,
        long identity,
        long digest,
        byte[] value,
        Headers headers,
        Instant acceptedAt) {
    private static final int KEY_AND_HEADERS = 500;

    /** About as many bytes as it takes in memory. */
    public int bytes() {
        return value.length + KEY_AND_HEADERS;
    }

    ProducerRecord<String, byte[]> on(String topic) {
        return new ProducerRecord<>(topic, null, acceptedAt.toEpochMilli(), key, value, headers);
    }
}
