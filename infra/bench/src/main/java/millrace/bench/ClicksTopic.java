package millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Catalogue;
import millrace.events.Channels;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/** Administers the topic of the channel {@code clicks}. */
final class ClicksTopic implements AutoCloseable {
    private static final Duration DELETE_TIMEOUT = Duration.ofSeconds(30);

    private final TestBed bed;
    private final Admin admin;
    private final String topic;
    private final Catalogue.Entry entry;
    private int partitions;

    ClicksTopic(TestBed bed) {
        this.bed = bed;
        this.admin = Admin.create(bed.platform().kafkaClient());
        this.topic = bed.platform().topic(Channels.CLICKS.name());
        this.entry = Catalogue.channels().stream()
                .filter(channel -> channel.name().equals(Channels.CLICKS.name()))
                .findFirst()
                .orElseThrow();
        this.partitions = entry.partitions();
    }

    String topic() {
        return topic;
    }

    /** Returns the number of records written since the topic was last emptied. */
    long records() {
        var ends = IntStream.range(0, partitions)
                .boxed()
                .collect(Collectors.toMap(number -> new TopicPartition(topic, number), number -> OffsetSpec.latest()));
        return TestBed.result(
                () -> admin.listOffsets(ends).all().get().values().stream()
                        .mapToLong(end -> end.offset())
                        .sum(),
                "The records of " + topic + " cannot be counted");
    }

    /** Deletes the topic and creates it again as in the catalogue. No producer may write to it meanwhile. */
    void empty() {
        empty(entry.partitions());
    }

    void empty(int newPartitions) {
        var failed = "The topic " + topic + " cannot be emptied";
        TestBed.result(() -> admin.deleteTopics(List.of(topic)).all().get(), failed);
        bed.await(
                () -> TestBed.result(() -> create(newPartitions), failed),
                DELETE_TIMEOUT,
                Duration.ofMillis(50),
                () -> "The topic " + topic + " is still there after it was removed.");
        partitions = newPartitions;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }

    /** Returns false while the deletion is not finished. */
    private boolean create(int count) throws ExecutionException, InterruptedException {
        try {
            var configs = Map.of("cleanup.policy", entry.cleanupPolicy(), "file.delete.delay.ms", "1000");
            admin.createTopics(List.of(new NewTopic(topic, count, (short) 1).configs(configs)))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw e;
        }
    }
}
