package millrace.ingest.segment;

import java.util.List;
import millrace.ingest.form.Slice;

/**
 * One message of the Segment protocol as its sender wrote it. What the edge decides by is read; the rest stays the bytes
 * that it was. What the sender left out is {@code null}.
 *
 * @param timestamp when it happened by the sender's clock, as the sender wrote it
 * @param sentAt when it was sent by the same clock, likewise
 * @param original the whole message
 * @param properties the object of that name
 * @param passedOn the fields that nobody at the edge touches, in pieces that are each some fields with commas between
 * @param address what the sender says of the visitor's, among what is passed on
 * @param faults of its form, a sentence each
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
        List<Slice> passedOn,
        Slice address,
        String userAgent,
        List<String> faults) {

    /**
     * A tracked message that was made from an event of another protocol, whose limits were checked by that protocol's reader.
     *
     * @param visitor {@code null} where the event names none
     * @param otherwise the key of a click without a visitor; an order has no visitor then
     * @param passedOn fields with commas between, {@code event} and properties among them
     */
    public static SegmentMessage tracked(
            String messageId,
            String visitor,
            String otherwise,
            String event,
            String timestamp,
            Slice original,
            Slice properties,
            Slice passedOn) {
        var message = tracked(messageId, visitor, event, timestamp, original, properties, passedOn);
        return visitor == null && Routes.transaction(message).isEmpty()
                ? tracked(messageId, otherwise, event, timestamp, original, properties, passedOn)
                : message;
    }

    private static SegmentMessage tracked(
            String messageId,
            String visitor,
            String event,
            String timestamp,
            Slice original,
            Slice properties,
            Slice passedOn) {
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
                List.of(passedOn),
                null,
                null,
                List.of());
    }

    /** Whose it is: the channel's key. */
    String visitor() {
        return anonymousId != null ? anonymousId : userId;
    }
}
