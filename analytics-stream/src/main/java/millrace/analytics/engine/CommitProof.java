package millrace.analytics.engine;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts the commits of a stream thread that the group's coordinator has accepted. It accepts none of a process that is out
 * of the group: what was appended to a changelog before such a commit is ahead of every announcement of a later writer.
 */
public final class CommitProof implements ConsumerInterceptor<byte[], byte[]> {
    private static final ThreadLocal<Long> ACCEPTED = ThreadLocal.withInitial(() -> 0L);

    /** Returns the number of accepted commits of this thread. */
    static long accepted() {
        return ACCEPTED.get();
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        ACCEPTED.set(ACCEPTED.get() + 1);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        return records;
    }

    @Override
    public void configure(Map<String, ?> settings) {
        // It has none.
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
