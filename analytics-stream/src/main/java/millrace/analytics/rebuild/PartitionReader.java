package millrace.analytics.rebuild;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import millrace.generation.RebuildException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads one partition to its end as of the call, with a consumer that is shared with other readers. */
final class PartitionReader {
    /** Limit of a read that makes no progress. */
    private static final Duration PROGRESS_WITHIN = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final List<TopicPartition> partitions;
    private long position;

    PartitionReader(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        this.consumer = consumer;
        this.partition = partition;
        this.partitions = List.of(partition);
    }

    /** Sets the offset at which the next read begins; if it has no record, the read begins with the next one. */
    PartitionReader seek(long offset) {
        position = offset;
        return this;
    }

    /**
     * Reads from the current position to the end of the partition.
     *
     * @throws RebuildException if the position does not advance for 30 s
     */
    void readToEnd(Consumer<ConsumerRecord<byte[], byte[]>> take) {
        try {
            var end = end();
            position = Math.max(position, first());
            consumer.assign(partitions);
            consumer.seek(partition, position);
            var deadline = Instant.now().plus(PROGRESS_WITHIN);
            while (position < end) {
                consumer.poll(POLL).forEach(take);
                var now = consumer.position(partition, PROGRESS_WITHIN);
                if (now > position) {
                    deadline = Instant.now().plus(PROGRESS_WITHIN);
                } else if (Instant.now().isAfter(deadline)) {
                    throw new RebuildException("%s gives nothing from offset %d for %d s, and does not end there."
                            .formatted(partition, position, PROGRESS_WITHIN.toSeconds()));
                }
                position = now;
            }
        } catch (KafkaException e) {
            throw new RebuildException("%s cannot be read: %s".formatted(partition, e.getMessage()), e);
        }
    }

    /** Returns the offset after the last committed record. */
    long end() {
        return consumer.endOffsets(partitions, PROGRESS_WITHIN).get(partition);
    }

    /** Returns the number of offsets from the first to the end, an upper bound of the number of records. */
    long length() {
        return end() - first();
    }

    private long first() {
        return consumer.beginningOffsets(partitions, PROGRESS_WITHIN).get(partition);
    }
}
