package millrace.orders.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import millrace.events.Channel;
import millrace.events.CloudEvents;
import millrace.events.SourcedEvent;
import org.apache.kafka.common.header.Header;

/**
 * A record to be published.
 *
 * @param channel logical name
 * @param key records of one key are published in the sequence in which they were added; {@code null} where there is
 *     none
 * @param value {@code null} is a tombstone
 */
public record OutboxMessage(String channel, byte[] key, Map<String, String> headers, byte[] value) {
    /**
     * Bytes of the largest record, with its key and headers. A topic accepts 1 MiB by default; the difference is for
     * the record's own frame.
     */
    public static final int LARGEST = 1_000_000;

    /**
     * Creates a record of a channel, as a CloudEvent.
     *
     * @param orderId the key, on every channel: the fence between generations and an erasure find the record by it
     * @param cause the event that is the value, or that it results from
     */
    public static <V> OutboxMessage of(
            Channel<String, V> channel, String orderId, V value, SourcedEvent cause, Optional<String> traceparent) {
        var name = channel.name();
        var type = name + "." + value.getClass().getSimpleName();
        var headers = new LinkedHashMap<String, String>();
        for (Header header : CloudEvents.headers(cause.eventId(), type, cause.source(), cause.timestamp())) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        traceparent.ifPresent(parent -> headers.put(CloudEvents.TRACEPARENT, parent));
        return new OutboxMessage(
                name,
                channel.key().serializer().serialize(name, orderId),
                headers,
                channel.value().serializer().serialize(name, value));
    }

    /** Returns a copy without a value. */
    public OutboxMessage tombstone() {
        return new OutboxMessage(channel, key, headers, null);
    }

    /** Bytes of key, headers and value together. */
    public int bytes() {
        int bytes = length(key) + length(value);
        for (var header : headers.entrySet()) {
            bytes += header.getKey().getBytes(UTF_8).length + header.getValue().getBytes(UTF_8).length;
        }
        return bytes;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
