package millrace.events;

/**
 * Names of the headers of a dead letter. Orders writes {@link #ID} to {@link #KEY_SHA256}; a job of Kafka Streams writes
 * {@link #COUNTED} beside the headers of Kafka Streams.
 */
public final class DeadLetterHeaders {
    /** Id of the dead letter, {@code transactions-0-4711}: the same on each delivery of the record. */
    public static final String ID = "dead-letter-id";

    /** A sentence that says why the record cannot be applied. */
    public static final String REASON = "dead-letter-reason";

    /** Channel of the original record, and its partition and offset there. */
    public static final String CHANNEL = "dead-letter-channel";

    public static final String PARTITION = "dead-letter-partition";
    public static final String OFFSET = "dead-letter-offset";

    /** Size of a value that was left out because the dead letter would be too long. */
    public static final String BYTES = "dead-letter-bytes";

    /** SHA-256, in hex, of a key that was left out as well. */
    public static final String KEY_SHA256 = "dead-letter-key-sha256";

    /** Written by a job of Kafka Streams: the record had been counted before it failed. */
    public static final String COUNTED = "dead-letter-counted";

    /** Written by Kafka Streams (KIP-1034): topic, with the platform's prefix, partition and offset of the record. */
    public static final String STREAMS_TOPIC = "__streams.errors.topic";

    public static final String STREAMS_PARTITION = "__streams.errors.partition";
    public static final String STREAMS_OFFSET = "__streams.errors.offset";

    private DeadLetterHeaders() {}
}
