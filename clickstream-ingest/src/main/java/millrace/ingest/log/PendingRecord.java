package millrace.ingest.log;

import java.time.Instant;
import millrace.events.Channel;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record that is to be published.
 *
 * @param identity of its event, as {@link DuplicateFilter} stores it
 * @param digest first 64 bits of its event's digest
 * @param acceptedAt timestamp of the Kafka record: retention counts from it, independent of the event's own time
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

    /** Returns the approximate number of bytes that the record takes in memory. */
    public int bytes() {
        return value.length + KEY_AND_HEADERS;
    }

    ProducerRecord<String, byte[]> toProducerRecord(String topic) {
        return new ProducerRecord<>(topic, null, acceptedAt.toEpochMilli(), key, value, headers);
    }
}
