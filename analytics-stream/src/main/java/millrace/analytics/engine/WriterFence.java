package millrace.analytics.engine;

import org.apache.kafka.common.TopicPartition;

/**
 * Announces on a changelog that another process writes to it from here on: of the writers before, every reader takes only
 * what is ahead of the announcement. It returns when the brokers have it.
 */
public interface WriterFence {
    /** For a changelog that has one writer ever. */
    WriterFence NONE = (changelog, key, value) -> {};

    /** @throws org.apache.kafka.common.KafkaException where the brokers do not take it in time */
    void append(TopicPartition changelog, byte[] key, byte[] value);
}
