package millrace.ingest.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Slice;
import millrace.ingest.log.EventDigest;

/**
 * One message of the Segment protocol as its sender wrote it. What the edge decides by is read; the rest stays the bytes
 * that it was. What the sender left out is {@code null}.
 *
 * @param timestamp when it happened by the sender's clock, as the sender wrote it
 * @param sentAt when it was sent by the same clock, likewise
 * @param original the whole message
 * @param properties the object of that name
 * @param passedOn the fields that nobody at the edge touches, in pieces that are each some fields with commas between
 * @param notMeant fields that are passed on, too, but differ from one try to send the message to the next
 * @param edits what is not passed on as it is written, in the order in which it stands
 * @param orderNumber the property {@code order_id} where it is one
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
        List<Slice> notMeant,
        List<ValueReplacement> edits,
        String userAgent,
        String orderNumber,
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
        return visitor == null && TransactionMapping.of(message) == null
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
                    List.of(passedOn),
                    List.of(),
                    read.edits(),
                    null,
                    read.orderNumber(),
                    List.of());
        } catch (IOException e) {
            throw new UncheckedIOException("A message that the edge has written cannot be read", e);
        }
    }

    /** A message of which no more is known than that it cannot be read. */
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
     * The same message in its sender's own bytes.
     *
     * @param fault one more; its properties are then not to be read. {@code null} where there is none
     */
    SegmentMessage with(Slice writtenAs, String fault) {
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
                passedOn,
                notMeant,
                edits,
                userAgent,
                orderNumber,
                all);
    }

    /** Whose it is: the channel's key. */
    String visitor() {
        return anonymousId != null ? anonymousId : userId;
    }

    /**
     * Digest of what the sender meant: the same for each try to send the message, whatever is corrected, counted or added on
     * the way. Addresses are left out.
     */
    EventDigest digest() {
        var maker = EventDigest.maker().add(type).add(anonymousId).add(userId).add(timestamp);
        var next = 0;
        for (var piece : passedOn) {
            maker.add(',');
            var from = piece.from();
            for (; next < edits.size() && edits.get(next).value().to() <= piece.to(); next++) {
                var edit = edits.get(next);
                if (edit.isAddress() && edit.value().from() >= from) {
                    maker.add(piece.body(), from, edit.value().from());
                    from = edit.value().to();
                }
            }
            maker.add(piece.body(), from, piece.to());
        }
        return maker.digest();
    }
}
