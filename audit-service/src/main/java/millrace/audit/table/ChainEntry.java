package millrace.audit.table;

import java.util.UUID;

/** An entry of a chain: an archived record or a discontinuity. */
public sealed interface ChainEntry permits ArchivedRecord, Discontinuity {
    String channel();

    int partition();

    /** Place in the chain of the channel's partition, from 0 without holes. */
    long seq();

    /** The incarnation of the topic, from 1: a new one begins when the topic was recreated or truncated. */
    int life();

    UUID topicId();
}
