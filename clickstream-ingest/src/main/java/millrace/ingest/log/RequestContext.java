package millrace.ingest.log;

import java.time.Instant;
import java.util.List;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.EventRejected;
import millrace.events.TransactionEvent;
import millrace.ingest.http.ProblemReasons;
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
public record RequestContext(
        Source writer,
        String source,
        String owner,
        String path,
        Instant receivedAt,
        String traceparent,
        BrowserVisitor visitor) {
    private static final byte[] NOTHING = {};

    /**
     * An event for a channel.
     *
     * @param type what happened, for example {@code "page"}
     * @param timestamp when it happened, in ISO 8601
     * @param digest of what the sender meant
     */
    public PendingRecord event(
            Channel<?, ?> channel, String key, String id, String type, String timestamp, byte[] value, EventDigest digest) {
        return event(channel, key, id, id, type, timestamp, value, digest);
    }

    /** The id of an order of the owner on every channel; {@code null} where it has no number. */
    public String orderId(String number) {
        return number == null ? null : TransactionEvent.orderId(owner, number);
    }

    /** A transaction, which is keyed by its order. */
    public PendingRecord transaction(TransactionEvent event, EventDigest digest) {
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
     * What cannot be accepted, for the channel where someone may look why: its reasons as {@link ProblemReasons} bounds them, and the first
     * 32 KiB of the original, without the values of its write keys. Of a visitor who asks for privacy nothing of the original.
     *
     * @param id the sender's where it is one, else {@code null}
     */
    public PendingRecord rejected(String id, int index, List<String> reasons, byte[] original) {
        var channel = Channels.REJECTED_EVENTS;
        var event = new EventRejected(
                id == null ? EventIds.next() : id,
                source,
                path,
                index,
                ProblemReasons.bounded(reasons),
                visitor.wantsPrivacy() ? NOTHING : OriginalExcerpt.kept(PersonalDataRedactor.cut(original, writer.address())),
                receivedAt);
        var value = channel.value().serializer().serialize(channel.name(), event);
        var digest = EventDigest.of(original);
        var identity = event.eventId() + "/" + digest.hex();
        var at = receivedAt.toString();
        return event(channel, source, event.eventId(), identity, "EventRejected", at, value, digest);
    }

    /** @param knownBy tells its repeats from other events: its id, or more where several events of one id are kept */
    private PendingRecord event(
            Channel<?, ?> channel,
            String key,
            String id,
            String knownBy,
            String type,
            String timestamp,
            byte[] value,
            EventDigest digest) {
        var headers = headers(id, channel.name() + "." + type, timestamp, digest);
        var identity = DuplicateFilter.identity(source, channel.name(), knownBy);
        return new PendingRecord(channel, key, identity, digest.high(), value, headers, receivedAt);
    }

    private Headers headers(String id, String type, String timestamp, EventDigest digest) {
        var headers = CloudEvents.headers(id, type, source, timestamp);
        CloudEvents.add(headers, CloudEvents.DIGEST, digest.hex());
        CloudEvents.add(headers, CloudEvents.TRACEPARENT, traceparent);
        return headers;
    }
}
