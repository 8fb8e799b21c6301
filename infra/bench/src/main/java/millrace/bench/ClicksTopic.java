package millrace.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/** Administers the topic of the channel {@code clicks}. */
final class ClicksTopic implements AutoCloseable {
    private static final Duration DELETE_TIMEOUT = Duration.ofSeconds(30);

    private final Admin admin;
    private final String topic;
    private final Catalogue.Entry entry;
    private int partitions;

    ClicksTopic(Platform platform) {
        this.admin = Admin.create(platform.kafkaClient());
        this.topic = platform.topic(Channels.CLICKS.name());
        this.entry = Catalogue.channels().stream()
                .filter(channel -> channel.name().equals(Channels.CLICKS.name()))
                .findFirst()
                .orElseThrow();
        this.partitions = entry.partitions();
    }

    String topic() {
        return topic;
    }

    /** Returns the number of partitions: that of the catalogue until {@link #empty(int)} changes it. */
    int partitions() {
        return partitions;
    }

    /** Returns the number of records written since the topic was last emptied. */
    long records() {
        try {
            var ends = IntStream.range(0, partitions)
                    .boxed()
                    .collect(Collectors.toMap(
                            number -> new TopicPartition(topic, number), number -> OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        } catch (ExecutionException | InterruptedException e) {
            throw failure("cannot be counted", e);
        }
    }

    /**
     * Deletes the topic and creates it again with the catalogue's partitions. No producer may write to it meanwhile.
     */
    void empty() {
        empty(entry.partitions());
    }

    void empty(int newPartitions) {
        try {
            admin.deleteTopics(List.of(topic)).all().get();
            var end = Instant.now().plus(DELETE_TIMEOUT);
            while (!create(newPartitions)) {
                if (Instant.now().isAfter(end)) {
                    throw new BenchmarkException("The topic " + topic + " is still there after it was removed.");
                }
            }
            partitions = newPartitions;
        } catch (ExecutionException | InterruptedException e) {
            throw failure("cannot be emptied", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }

    private boolean create(int count) throws ExecutionException, InterruptedException {
        try {
            var configs = Map.of("cleanup.policy", entry.cleanupPolicy(), "file.delete.delay.ms", "1000");
            admin.createTopics(List.of(new NewTopic(topic, count, (short) 1).configs(configs)))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false; // The deletion is not finished.
            }
            throw e;
        }
    }

    private BenchmarkException failure(String what, Exception cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new BenchmarkException("The records of " + topic + " " + what + ": " + cause.getMessage(), cause);
    }
}
