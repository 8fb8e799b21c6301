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

    /** Whose it is: the channel's key. */
    String visitor() {
        return anonymousId != null ? anonymousId : userId;
    }
}
