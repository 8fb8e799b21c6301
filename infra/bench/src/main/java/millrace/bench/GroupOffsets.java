package millrace.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Reads the committed offsets of a consumer group on one topic. */
final class GroupOffsets implements AutoCloseable {
    private final Admin admin;
    private final String group;
    private final String topic;

    GroupOffsets(Map<String, Object> client, String group, String topic) {
        this.admin = Admin.create(client);
        this.group = group;
        this.topic = topic;
    }

    /** Returns the sum of committed offsets over all partitions; 0 if the group does not exist yet. */
    long committed() {
        try {
            return committed(
                    topic,
                    admin.listConsumerGroupOffsets(group)
                            .partitionsToOffsetAndMetadata()
                            .get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw new BenchmarkException(
                    "The offsets of %s cannot be read: %s"
                            .formatted(group, e.getCause().getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("Interrupted.", e);
        }
    }

    /** @param offsets of any topics; {@code null} for a partition without a commit */
    static long committed(String topic, Map<TopicPartition, OffsetAndMetadata> offsets) {
        return offsets.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic))
                .map(Map.Entry::getValue)
                .filter(Objects::nonNull)
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
