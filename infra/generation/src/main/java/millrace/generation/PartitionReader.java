package millrace.generation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads committed records of partitions, one partition after the other, without a consumer group. For one thread. Each
 * call throws a {@link RebuildException} if the partition cannot be read.
 */
public final class PartitionReader implements AutoCloseable {
    /** Limit of a read that makes no progress. */
    private static final Duration PROGRESS_WITHIN = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @param client Kafka client properties */
    public PartitionReader(Map<String, ?> client) {
        var settings = new HashMap<String, Object>(client);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("max.poll.records", 5_000);
        // Only records that exist are read. A fetch that waits for others delays the next request by that time.
        settings.put("fetch.max.wait.ms", 10);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Reads from an offset, or from the first record behind it that is left, to the end of the partition as of the call.
     *
     * @return the offset at which it has ended
     * @throws RebuildException also if the position does not advance for 30 s
     */
    public long readToEnd(TopicPartition partition, long from, Consumer<ConsumerRecord<byte[], byte[]>> take) {
        return answer(partition, () -> {
            var end = end(partition);
            var position = Math.max(from, first(partition));
            consumer.assign(List.of(partition));
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
            return position;
        });
    }

    /** Returns the offset after the last committed record. */
    public long end(TopicPartition partition) {
        return answer(
                partition,
                () -> consumer.endOffsets(List.of(partition), PROGRESS_WITHIN).get(partition));
    }

    /** Returns the offset of the first record that is left; of an empty partition, its end. */
    public long first(TopicPartition partition) {
        return answer(
                partition,
                () -> consumer.beginningOffsets(List.of(partition), PROGRESS_WITHIN)
                        .get(partition));
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static <T> T answer(TopicPartition partition, Supplier<T> call) {
        try {
            return call.get();
        } catch (KafkaException e) {
            throw new RebuildException("%s cannot be read: %s".formatted(partition, e.getMessage()), e);
        }
    }
}
