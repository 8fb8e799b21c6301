package millrace.ingest.segment;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields of a message of the Segment protocol that the edge knows: the one table of what each may be, and what becomes of
 * anything else. Null is a field that was left out, everywhere. Of a field that is there twice the last counts. A field that
 * is not here is passed on as it is written.
 */
enum SegmentField {
    TYPE("type", Accepts.ID, Becomes.OURS),
    MESSAGE_ID("messageId", Accepts.ID, Becomes.OURS),
    ANONYMOUS_ID("anonymousId", Accepts.ID, Becomes.OURS),
    USER_ID("userId", Accepts.ID, Becomes.OURS),
    GROUP_ID("groupId", Accepts.ID, Becomes.PASSED_ON),
    PREVIOUS_ID("previousId", Accepts.ID, Becomes.PASSED_ON),
    EVENT("event", Accepts.ID, Becomes.PASSED_ON),
    NAME("name", Accepts.TEXT, Becomes.PASSED_ON),
    /** The specification has times in ISO 8601 only: a number could be of seconds or milliseconds. */
    TIMESTAMP("timestamp", Accepts.TIME, Becomes.OURS),
    ORIGINAL_TIMESTAMP("originalTimestamp", Accepts.TIME, Becomes.OURS),
    SENT_AT("sentAt", Accepts.TIME_OR_NOTHING, Becomes.OURS),
    PROPERTIES("properties", Accepts.OBJECT, Becomes.PASSED_ON),
    TRAITS("traits", Accepts.OBJECT, Becomes.PASSED_ON),
    CONTEXT("context", Accepts.OBJECT, Becomes.PASSED_ON),
    INTEGRATIONS("integrations", Accepts.OBJECT, Becomes.PASSED_ON),
    WRITE_KEY("writeKey", Accepts.TEXT, Becomes.OURS),
    /** Written by the edge. */
    SOURCE("source", Accepts.ANYTHING, Becomes.OURS),
    RECEIVED_AT("receivedAt", Accepts.ANYTHING, Becomes.OURS),
    CLOCK_AHEAD("clockAhead", Accepts.ANYTHING, Becomes.OURS),
    ADDRESS("address", Accepts.ANYTHING, Becomes.OURS),
    BOT("bot", Accepts.ANYTHING, Becomes.OURS),
    /** Of analytics.js: its retryCount is there from the second try on. */
    METADATA("_metadata", Accepts.ANYTHING, Becomes.NOT_MEANT),
    RETRY_COUNT("retryCount", Accepts.ANYTHING, Becomes.NOT_MEANT),
    ATTEMPTS("attempts", Accepts.ANYTHING, Becomes.NOT_MEANT),
    /** Of RudderStack: the sender's address. */
    REQUEST_IP("request_ip", Accepts.ADDRESS, Becomes.NOT_MEANT);

    /** Values that a field may have. */
    enum Accepts {
        /** A text, or a number for its decimal digits; an empty text is none. Else the message is rejected. */
        ID,
        /** A text, number or truth value. Else the message is rejected. */
        TEXT,
        /** A text in ISO 8601. Else the message is rejected: nobody knows when it happened. */
        TIME,
        /** A text in ISO 8601. Anything else is ignored, and corrects nothing. */
        TIME_OR_NOTHING,
        /** An object, or an empty array, as PHP writes an empty one. Else the message is rejected. */
        OBJECT,
        /** A text, of which the source's rules say what is left. Of anything else nothing is left. */
        ADDRESS,
        ANYTHING
    }

    /** Where a field goes. */
    enum Becomes {
        /** Read by the edge, which writes it itself or keeps it. */
        OURS,
        /** On the channel as it is written, and part of what the sender meant. */
        PASSED_ON,
        /** On the channel as it is written, but differs from one try to send the message to the next. */
        NOT_MEANT
    }

    private static final Map<String, SegmentField> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(SegmentField::text, Function.identity()));

    private final String name;
    final Accepts accepts;
    final Becomes becomes;

    SegmentField(String name, Accepts accepts, Becomes becomes) {
        this.name = name;
        this.accepts = accepts;
        this.becomes = becomes;
    }

    /** {@code null} where the edge does not know it. */
    static SegmentField named(String name) {
        return BY_NAME.get(name);
    }

    String text() {
        return name;
    }
}
