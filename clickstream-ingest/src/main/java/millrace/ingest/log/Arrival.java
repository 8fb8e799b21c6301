package millrace.ingest.log;

import java.time.Instant;
import java.util.List;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.EventRejected;
import millrace.events.TransactionEvent;
import millrace.ingest.http.Reasons;
import millrace.ingest.source.Source;
import org.apache.kafka.common.header.Headers;

/**
 * What everything has in common that one request brings.
 *
 * @param writer who sent it
 * @param source the same, and after a slash the import it is part of
 * @param path where it was sent to
 * @param traceparent the edge's own step in the sender's trace
 */
public record Arrival(
        Source writer, String source, String path, Instant receivedAt, String traceparent, Visitor visitor) {
    private static final byte[] NOTHING = {};

    /**
     * An event for a channel.
     *
     * @param type what happened, for example {@code "page"}
     * @param timestamp when it happened, in ISO 8601
     */
    public Entry event(Channel<?, ?> channel, String key, String id, String type, String timestamp, byte[] value) {
        var headers = headers(id, channel.name() + "." + type, timestamp);
        return new Entry(channel, key, Recent.identity(source, channel.name(), id), value, headers, receivedAt);
    }

    /** A transaction, which is keyed by its order. */
    public Entry transaction(TransactionEvent event) {
        var channel = Channels.TRANSACTIONS;
        var value = channel.value().serializer().serialize(channel.name(), event);
        var type = event.getClass().getSimpleName();
        return event(
                channel,
                event.orderId(),
                event.eventId(),
                type,
                event.timestamp().toString(),
                value);
    }

    /**
     * What cannot be accepted, for the channel where someone may look why: its reasons as {@link Reasons} bounds them, and the first
     * 32 KiB of the original, without the values of its write keys. Of a visitor who asks for privacy nothing of the original.
     *
     * @param id the sender's where it is one, else {@code null}
     */
    public Entry rejected(String id, int index, List<String> reasons, byte[] original) {
        var channel = Channels.REJECTED_EVENTS;
        var event = new EventRejected(
                id == null ? EventIds.next() : id,
                source,
                path,
                index,
                Reasons.bounded(reasons),
                visitor.wantsPrivacy() ? NOTHING : Originals.kept(original),
                receivedAt);
        var value = channel.value().serializer().serialize(channel.name(), event);
        return event(channel, source, event.eventId(), "EventRejected", receivedAt.toString(), value);
    }

    private Headers headers(String id, String type, String timestamp) {
        var headers = CloudEvents.headers(id, type, source, timestamp);
        CloudEvents.add(headers, CloudEvents.TRACEPARENT, traceparent);
        return headers;
    }
}
