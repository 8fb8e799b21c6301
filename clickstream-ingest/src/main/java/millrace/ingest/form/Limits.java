package millrace.ingest.form;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;

/** How large things may be. Sizes are the Segment protocol's where it has them. */
public final class Limits {
    /** Bytes of a request's body. */
    public static final int BODY = 500 * 1024;

    /** Bytes that are read of one, because the write key may be at its end; beyond it the connection is closed. */
    public static final int READ = 2 * BODY;

    /**
     * Bytes that messages have after the context and the integrations of their batch are merged into each, all messages of
     * one body together; a message beyond it is rejected.
     */
    public static final int MERGED = 4 * 1024 * 1024;

    /** Messages of a batch, and lines of an order. */
    public static final int BATCH = 2_500;

    /** Bytes of one message, and of what is kept of a refused one. */
    public static final int MESSAGE = 32 * 1024;

    /** Characters of an event's id. */
    public static final int EVENT_ID = 100;

    /** Characters of the id of a visitor, user or group. */
    public static final int VISITOR_ID = 256;

    /** Characters of the id of an order or a product, and of a country. */
    public static final int ORDER_ID = 100;

    /** Characters of a text that only people read. */
    public static final int TEXT = 1_000;

    /** Objects and arrays inside each other. */
    public static final int DEPTH = 32;

    /** Reads what strangers send: UTF-8 only, and no deeper or longer than anything they have reason to send. */
    public static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxTokenCount(200_000)
                    .maxStringLength(64 * 1024)
                    .maxNameLength(1_000)
                    .maxNumberLength(100)
                    .build())
            .build();

    /**
     * Reads a message that {@link #JSON} does not take, to find out whose it is and what it is about. Nothing that is read
     * with it is passed on.
     */
    public static final JsonFactory TOLERANT = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1_000)
                    .maxStringLength(READ)
                    .maxNameLength(READ)
                    .maxNumberLength(READ)
                    .build())
            .build();

    private Limits() {}
}
