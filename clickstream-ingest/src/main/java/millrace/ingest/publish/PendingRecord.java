package millrace.ingest.publish;

import java.time.Instant;
import java.util.List;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.EventRejected;
import millrace.events.TransactionEvent;
import millrace.ingest.auth.PersonalDataRedactor;
import millrace.ingest.auth.RequestContext;
import millrace.ingest.http.ProblemReasons;
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
    private static final byte[] NOTHING = {};

    /**
     * Returns the record of an event.
     *
     * @param type what happened, for example {@code "page"}
     * @param timestamp when it happened, in ISO 8601
     * @param digest of the content that the sender meant
     */
    public static PendingRecord of(
            RequestContext context,
            Channel<?, ?> channel,
            String key,
            String id,
            String type,
            String timestamp,
            byte[] value,
            EventDigest digest) {
        return of(context, channel, key, id, id, type, timestamp, value, digest);
    }

    /** Returns the record of a transaction, keyed by its order. */
    public static PendingRecord of(RequestContext context, TransactionEvent event, EventDigest digest) {
        var channel = Channels.TRANSACTIONS;
        var value = channel.value().serializer().serialize(channel.name(), event);
        var type = event.getClass().getSimpleName();
        var timestamp = event.timestamp().toString();
        return of(context, channel, event.orderId(), event.eventId(), type, timestamp, value, digest);
    }

    /**
     * Returns the record of a rejected event. It has the reasons within the bounds of {@link ProblemReasons} and the
     * first 32 KiB of the original, with redacted addresses and masked write keys; nothing of the original where the
     * visitor asks for privacy.
     *
     * @param id given by the sender; {@code null} where there is none
     */
    public static PendingRecord ofRejected(
            RequestContext context, String id, int index, List<String> reasons, byte[] original) {
        var channel = Channels.REJECTED_EVENTS;
        var excerpt = context.visitor().wantsPrivacy()
                ? NOTHING
                : OriginalExcerpt.of(
                        PersonalDataRedactor.redact(original, context.writer().address()));
        var event = new EventRejected(
                id == null ? EventIds.next() : id,
                context.source(),
                context.path(),
                index,
                ProblemReasons.bounded(reasons),
                excerpt,
                context.receivedAt());
        var value = channel.value().serializer().serialize(channel.name(), event);
        var digest = EventDigest.of(original);
        var identity = event.eventId() + "/" + digest.hex();
        var timestamp = context.receivedAt().toString();
        return of(
                context,
                channel,
                context.source(),
                event.eventId(),
                identity,
                "EventRejected",
                timestamp,
                value,
                digest);
    }

    /**
     * @param identityText text that all duplicates share: the event's id, or more where several events of one id are
     *     kept
     */
    private static PendingRecord of(
            RequestContext context,
            Channel<?, ?> channel,
            String key,
            String id,
            String identityText,
            String type,
            String timestamp,
            byte[] value,
            EventDigest digest) {
        var headers = CloudEvents.headers(id, channel.name() + "." + type, context.source(), timestamp);
        CloudEvents.add(headers, CloudEvents.DIGEST, digest.hex());
        CloudEvents.add(headers, CloudEvents.TRACEPARENT, context.traceparent());
        var identity = DuplicateFilter.identity(context.source(), channel.name(), identityText);
        return new PendingRecord(channel, key, identity, digest.high(), value, headers, context.receivedAt());
    }

    /** Returns the approximate number of bytes that the record takes in memory. */
    public int bytes() {
        return value.length + KEY_AND_HEADERS;
    }

    ProducerRecord<String, byte[]> toProducerRecord(String topic) {
        return new ProducerRecord<>(topic, null, acceptedAt.toEpochMilli(), key, value, headers);
    }
}
