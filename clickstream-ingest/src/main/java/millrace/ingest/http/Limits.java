package millrace.ingest.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;

/** Limits of sizes: the Segment protocol's where it has them. */
public final class Limits {
    /** Bytes of a request's body. */
    public static final int BODY = 500 * 1024;

    /** Bytes of a body that are read, because the write key may be at its end; beyond it the connection is closed. */
    static final int READ = 2 * BODY;

    /**
     * Bytes of all messages of one body together, after the context and the integrations of their batch are merged into
     * each; a message beyond it is rejected.
     */
    public static final int MERGED = 4 * 1024 * 1024;

    /** Messages of a batch, and lines of an order. */
    public static final int BATCH = 2_500;

    /** Bytes of one message, and of the excerpt that is kept of a refused body. */
    public static final int MESSAGE = 32 * 1024;

    /** Characters of an event's id. */
    public static final int EVENT_ID = 100;

    /** Characters of the id of a visitor, user or group. */
    public static final int VISITOR_ID = 256;

    /** Characters of the id of an order or a product, and of a country. */
    public static final int ORDER_ID = 100;

    /** Characters of a display text. */
    public static final int TEXT = 1_000;

    /** Nesting depth of objects and arrays. */
    public static final int DEPTH = 32;

    /** Parses input of clients: UTF-8 only, and no deeper or longer than valid events need. */
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

    /** Parses a message that {@link #JSON} refuses, to find its visitor and its order. Its content is not forwarded. */
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
