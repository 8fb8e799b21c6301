package millrace.ingest.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import millrace.ingest.http.Limits;
import millrace.ingest.http.Slice;
import millrace.ingest.publish.EventDigest;

/**
 * One message of the Segment protocol as its sender wrote it. Fields that the edge needs are parsed, all others stay
 * bytes. A missing field is {@code null}.
 *
 * @param timestamp when the event happened by the sender's clock, as the sender wrote it
 * @param sentAt when the message was sent by the sender's clock, as the sender wrote it
 * @param original the whole message
 * @param properties the object of that name
 * @param forwarded fields that the edge does not change, in pieces of some fields with commas between
 * @param deliveryMetadata fields that are forwarded, too, but differ between retries of the message
 * @param replacements of values that are not forwarded as they are written, in the order of their positions
 * @param orderNumber the property {@code order_id}
 * @param faults of its fields, a sentence each
 */
public record SegmentMessage(
        String type,
        String messageId,
        String anonymousId,
        String userId,
        String event,
        String timestamp,
        String sentAt,
        String writeKey,
        Slice original,
        Slice properties,
        List<Slice> forwarded,
        List<Slice> deliveryMetadata,
        List<ValueReplacement> replacements,
        String userAgent,
        String orderNumber,
        List<String> faults) {

    /**
     * Returns a tracked message that was converted from an event of another protocol, whose reader has checked its
     * limits.
     *
     * @param visitor {@code null} where the event names none
     * @param fallbackKey key of a click without a visitor; an order has no visitor then
     * @param forwarded fields with commas between, {@code event} and properties among them
     */
    public static SegmentMessage tracked(
            String messageId,
            String visitor,
            String fallbackKey,
            String event,
            String timestamp,
            Slice original,
            Slice properties,
            Slice forwarded) {
        var message = tracked(messageId, visitor, event, timestamp, original, properties, forwarded);
        return visitor == null && TransactionMapping.of(message) == null
                ? tracked(messageId, fallbackKey, event, timestamp, original, properties, forwarded)
                : message;
    }

    private static SegmentMessage tracked(
            String messageId,
            String visitor,
            String event,
            String timestamp,
            Slice original,
            Slice properties,
            Slice forwarded) {
        try {
            var read = SegmentReader.read(original, Limits.TOLERANT, "track");
            return new SegmentMessage(
                    "track",
                    messageId,
                    visitor,
                    null,
                    event,
                    timestamp,
                    null,
                    null,
                    original,
                    properties,
                    List.of(forwarded),
                    List.of(),
                    read.replacements(),
                    null,
                    read.orderNumber(),
                    List.of());
        } catch (IOException e) {
            throw new UncheckedIOException("A message that the edge has written cannot be read", e);
        }
    }

    /** Returns a message that cannot be parsed. */
    static SegmentMessage unreadable(Slice original, String fault) {
        return new SegmentMessage(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                original,
                null,
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                List.of(fault));
    }

    /**
     * Returns a copy with its sender's own bytes as the original.
     *
     * @param fault to add, where the copy has no properties; {@code null} where there is none
     */
    SegmentMessage withOriginal(Slice writtenAs, String fault) {
        var all = new ArrayList<>(faults);
        if (fault != null) {
            all.add(fault);
        }
        return new SegmentMessage(
                type,
                messageId,
                anonymousId,
                userId,
                event,
                timestamp,
                sentAt,
                writeKey,
                writtenAs,
                fault == null ? properties : null,
                forwarded,
                deliveryMetadata,
                replacements,
                userAgent,
                orderNumber,
                all);
    }

    /** Returns the visitor's id, which is the key on the channel. */
    String visitor() {
        return anonymousId != null ? anonymousId : userId;
    }

    /**
     * Returns the digest of the content that the sender meant. It is equal for all retries of the message, regardless
     * of corrections, counters and additions on the way. Addresses are left out.
     */
    EventDigest digest() {
        var hasher = EventDigest.hasher().add(type).add(anonymousId).add(userId).add(timestamp);
        var next = 0;
        for (var piece : forwarded) {
            hasher.add(',');
            var from = piece.from();
            for (; next < replacements.size() && replacements.get(next).value().to() <= piece.to(); next++) {
                var replacement = replacements.get(next);
                if (replacement.isAddress() && replacement.value().from() >= from) {
                    hasher.add(piece.body(), from, replacement.value().from());
                    from = replacement.value().to();
                }
            }
            hasher.add(piece.body(), from, piece.to());
        }
        return hasher.digest();
    }
}
