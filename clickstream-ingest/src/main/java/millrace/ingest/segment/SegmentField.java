package millrace.ingest.segment;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fields of a message of the Segment protocol that the edge knows, with the values that each accepts and its handling.
 * Null is a missing field. Of a duplicate field the last counts. An unknown field is forwarded as it is written.
 */
enum SegmentField {
    TYPE("type", Accepts.ID, Handling.READ_BY_EDGE),
    MESSAGE_ID("messageId", Accepts.ID, Handling.READ_BY_EDGE),
    ANONYMOUS_ID("anonymousId", Accepts.ID, Handling.READ_BY_EDGE),
    USER_ID("userId", Accepts.ID, Handling.READ_BY_EDGE),
    GROUP_ID("groupId", Accepts.ID, Handling.FORWARDED),
    PREVIOUS_ID("previousId", Accepts.ID, Handling.FORWARDED),
    EVENT("event", Accepts.ID, Handling.FORWARDED),
    NAME("name", Accepts.TEXT, Handling.FORWARDED),
    /** The specification has times in ISO 8601 only: a number could be of seconds or milliseconds. */
    TIMESTAMP("timestamp", Accepts.TIME, Handling.READ_BY_EDGE),
    ORIGINAL_TIMESTAMP("originalTimestamp", Accepts.TIME, Handling.READ_BY_EDGE),
    SENT_AT("sentAt", Accepts.TIME_OR_NOTHING, Handling.READ_BY_EDGE),
    PROPERTIES("properties", Accepts.OBJECT, Handling.FORWARDED),
    TRAITS("traits", Accepts.OBJECT, Handling.FORWARDED),
    CONTEXT("context", Accepts.OBJECT, Handling.FORWARDED),
    INTEGRATIONS("integrations", Accepts.OBJECT, Handling.FORWARDED),
    WRITE_KEY("writeKey", Accepts.TEXT, Handling.READ_BY_EDGE),
    /** Written by the edge. */
    SOURCE("source", Accepts.ANYTHING, Handling.READ_BY_EDGE),
    RECEIVED_AT("receivedAt", Accepts.ANYTHING, Handling.READ_BY_EDGE),
    CLOCK_AHEAD("clockAhead", Accepts.ANYTHING, Handling.READ_BY_EDGE),
    ADDRESS("address", Accepts.ANYTHING, Handling.READ_BY_EDGE),
    BOT("bot", Accepts.ANYTHING, Handling.READ_BY_EDGE),
    /** Written by analytics.js; its retryCount is there from the second try on. */
    METADATA("_metadata", Accepts.ANYTHING, Handling.DELIVERY_METADATA),
    RETRY_COUNT("retryCount", Accepts.ANYTHING, Handling.DELIVERY_METADATA),
    ATTEMPTS("attempts", Accepts.ANYTHING, Handling.DELIVERY_METADATA),
    /** Written by RudderStack: the sender's address. */
    REQUEST_IP("request_ip", Accepts.ADDRESS, Handling.DELIVERY_METADATA);

    /** Values that a field accepts. */
    enum Accepts {
        /**
         * A text, or a number as its decimal digits; an empty text is a missing one. The message is rejected for any
         * other value.
         */
        ID,
        /** A text, number or boolean. The message is rejected for any other value. */
        TEXT,
        /** A text in ISO 8601. The message is rejected for any other value, because its time is unknown. */
        TIME,
        /** A text in ISO 8601. Any other value is ignored, and corrects no time. */
        TIME_OR_NOTHING,
        /** An object, or an empty array, as PHP writes an empty object. The message is rejected for any other value. */
        OBJECT,
        /** A text, of which the source's rules keep a part. Any other value becomes null. */
        ADDRESS,
        ANYTHING
    }

    /** Handling of a field. */
    enum Handling {
        /** Read by the edge, which writes a value of its own or none. */
        READ_BY_EDGE,
        /** On the channel as it is written, and part of the content that the sender meant. */
        FORWARDED,
        /**
         * On the channel as it is written, but different in each retry of the message, and so no part of the content
         * that the sender meant.
         */
        DELIVERY_METADATA
    }

    private static final Map<String, SegmentField> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(SegmentField::text, Function.identity()));

    private final String name;
    final Accepts accepts;
    final Handling handling;

    SegmentField(String name, Accepts accepts, Handling handling) {
        this.name = name;
        this.accepts = accepts;
        this.handling = handling;
    }

    /** Returns the field of a name; {@code null} where the edge does not know it. */
    static SegmentField named(String name) {
        return BY_NAME.get(name);
    }

    String text() {
        return name;
    }
}
