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
 * Facts about one request that all of its records share.
 *
 * @param writer source that sent the request
 * @param source name of the writer, followed by a slash and the name of the import where there is one
 * @param owner name of the source that owns the orders: the writer, or a source that the writer may act for
 * @param path that the request was sent to
 * @param traceparent of the edge's own span in the sender's trace
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
     * Returns the record of an event.
     *
     * @param type what happened, for example {@code "page"}
     * @param timestamp when it happened, in ISO 8601
     * @param digest of the content that the sender meant
     */
    public PendingRecord record(
            Channel<?, ?> channel,
            String key,
            String id,
            String type,
            String timestamp,
            byte[] value,
            EventDigest digest) {
        return record(channel, key, id, id, type, timestamp, value, digest);
    }

    /**
     * Returns the id of an order of the owner, which is the same on every channel; {@code null} where the order has no
     * number.
     */
    public String orderId(String number) {
        return number == null ? null : TransactionEvent.orderId(owner, number);
    }

    /** Returns the record of a transaction, keyed by its order. */
    public PendingRecord transactionRecord(TransactionEvent event, EventDigest digest) {
        var channel = Channels.TRANSACTIONS;
        var value = channel.value().serializer().serialize(channel.name(), event);
        var type = event.getClass().getSimpleName();
        return record(
                channel,
                event.orderId(),
                event.eventId(),
                type,
                event.timestamp().toString(),
                value,
                digest);
    }

    /**
     * Returns the record of a rejected event. It has the reasons within the bounds of {@link ProblemReasons} and the
     * first 32 KiB of the original, with redacted addresses and masked write keys; nothing of the original where the
     * visitor asks for privacy.
     *
     * @param id given by the sender; {@code null} where there is none
     */
    public PendingRecord rejectedRecord(String id, int index, List<String> reasons, byte[] original) {
        var channel = Channels.REJECTED_EVENTS;
        var event = new EventRejected(
                id == null ? EventIds.next() : id,
                source,
                path,
                index,
                ProblemReasons.bounded(reasons),
                visitor.wantsPrivacy()
                        ? NOTHING
                        : OriginalExcerpt.of(PersonalDataRedactor.redact(original, writer.address())),
                receivedAt);
        var value = channel.value().serializer().serialize(channel.name(), event);
        var digest = EventDigest.of(original);
        var identity = event.eventId() + "/" + digest.hex();
        var at = receivedAt.toString();
        return record(channel, source, event.eventId(), identity, "EventRejected", at, value, digest);
    }

    /**
     * @param identityText text that all duplicates share: the event's id, or more where several events of one id are
     *     kept
     */
    private PendingRecord record(
            Channel<?, ?> channel,
            String key,
            String id,
            String identityText,
            String type,
            String timestamp,
            byte[] value,
            EventDigest digest) {
        var headers = headers(id, channel.name() + "." + type, timestamp, digest);
        var identity = DuplicateFilter.identity(source, channel.name(), identityText);
        return new PendingRecord(channel, key, identity, digest.high(), value, headers, receivedAt);
    }

    private Headers headers(String id, String type, String timestamp, EventDigest digest) {
        var headers = CloudEvents.headers(id, type, source, timestamp);
        CloudEvents.add(headers, CloudEvents.DIGEST, digest.hex());
        CloudEvents.add(headers, CloudEvents.TRACEPARENT, traceparent);
        return headers;
    }
}
