package millrace.audit.chain;

import java.util.UUID;

/** What a chain consists of: records as they were archived, and breaks. */
public sealed interface Entry permits KeptRecord, Break {
    String channel();

    int partition();

    /** Place in the chain of the channel's partition, from 0 without holes. */
    long seq();

    /** Which life of the topic its offsets are of, from 1. */
    int life();

    UUID topicId();
}
