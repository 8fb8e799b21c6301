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
 * @param owner name of the source whose orders it is about: the writer's, or of one that the writer may act for
 * @param path where it was sent to
 * @param traceparent the edge's own step in the sender's trace
 */
public record Arrival(
        Source writer,
        String source,
        String owner,
        String path,
        Instant receivedAt,
        String traceparent,
        Visitor visitor) {
    private static final byte[] NOTHING = {};

    /**
     * An event for a channel.
     *
     * @param type what happened, for example {@code "page"}
     * @param timestamp when it happened, in ISO 8601
     * @param digest of what the sender meant
     */
    public Entry event(
            Channel<?, ?> channel, String key, String id, String type, String timestamp, byte[] value, Digest digest) {
        return event(channel, key, id, id, type, timestamp, value, digest);
    }

    /** The id of an order of the owner on every channel; {@code null} where it has no number. */
    public String orderId(String number) {
        return number == null ? null : TransactionEvent.orderId(owner, number);
    }

    /** A transaction, which is keyed by its order. */
    public Entry transaction(TransactionEvent event, Digest digest) {
        var channel = Channels.TRANSACTIONS;
        var value = channel.value().serializer().serialize(channel.name(), event);
        var type = event.getClass().getSimpleName();
        return event(
                channel,
                event.orderId(),
                event.eventId(),
                type,
                event.timestamp().toString(),
                value,
                digest);
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
                visitor.wantsPrivacy() ? NOTHING : Originals.kept(PersonalData.cut(original, writer.address())),
                receivedAt);
        var value = channel.value().serializer().serialize(channel.name(), event);
        var digest = Digest.of(original);
        var identity = event.eventId() + "/" + digest.hex();
        var at = receivedAt.toString();
        return event(channel, source, event.eventId(), identity, "EventRejected", at, value, digest);
    }

    /** @param knownBy tells its repeats from other events: its id, or more where several events of one id are kept */
    private Entry event(
            Channel<?, ?> channel,
            String key,
            String id,
            String knownBy,
            String type,
            String timestamp,
            byte[] value,
            Digest digest) {
        var headers = headers(id, channel.name() + "." + type, timestamp, digest);
        var identity = Recent.identity(source, channel.name(), knownBy);
        return new Entry(channel, key, identity, digest.high(), value, headers, receivedAt);
    }

    private Headers headers(String id, String type, String timestamp, Digest digest) {
        var headers = CloudEvents.headers(id, type, source, timestamp);
        CloudEvents.add(headers, CloudEvents.DIGEST, digest.hex());
        CloudEvents.add(headers, CloudEvents.TRACEPARENT, traceparent);
        return headers;
    }
}
