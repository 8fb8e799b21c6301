package millrace.analytics;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import millrace.analytics.engine.ReadUntil;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Compares the ends of the input topics with what the job's group has committed, at most once a second and without
 * waiting. A partition that is read to its end is committed to its end, because Kafka Streams commits positions.
 *
 * <p>An order passes through a repartition topic, so two comparisons in a row must find everything read: what was in the
 * first topics at the first of them has reached its visitor by the second.
 */
public final class InputEnds implements ReadUntil, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(InputEnds.class);
    private static final long COMPARE_EVERY = Duration.ofSeconds(1).toMillis();
    private static final int ANSWER_TIMEOUT_MS = 5_000;

    private final Admin admin;
    private final String group;
    private final List<String> topics;
    private final AtomicBoolean comparing = new AtomicBoolean();
    private volatile long comparedAt = NOT_KNOWN;
    private volatile long readUntil = NOT_KNOWN;
    private volatile boolean failing;
    private volatile long foundReadAt = NOT_KNOWN;

    private record Range(long begin, long end) {}

    /**
     * @param admin is closed with this
     * @param topics all that the group reads to learn of a visitor
     */
    public InputEnds(Admin admin, String group, List<String> topics) {
        this.admin = admin;
        this.group = group;
        this.topics = List.copyOf(topics);
    }

    @Override
    public long millis(long now) {
        if (now - comparedAt >= COMPARE_EVERY && comparing.compareAndSet(false, true)) {
            comparedAt = now;
            compare(now);
        }
        return readUntil;
    }

    private void compare(long at) {
        admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(ANSWER_TIMEOUT_MS))
                .allTopicNames()
                .toCompletionStage()
                .thenApply(known -> known.values().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                        .collect(toSet()))
                .thenCompose(this::ranges)
                .thenCompose(ranges -> committed().thenApply(committed -> isRead(ranges, committed)))
                .whenComplete((read, failure) -> compared(at, read, failure));
    }

    private CompletionStage<Map<TopicPartition, Range>> ranges(Set<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest())
                .thenCombine(
                        offsets(partitions, OffsetSpec.latest()),
                        (begins, ends) -> partitions.stream()
                                .collect(toMap(
                                        partition -> partition,
                                        partition -> new Range(
                                                begins.get(partition).offset(),
                                                ends.get(partition).offset()))));
    }

    private CompletionStage<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
            Set<TopicPartition> partitions, OffsetSpec which) {
        var committedOnes = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(ANSWER_TIMEOUT_MS);
        var asked = partitions.stream().collect(toMap(partition -> partition, partition -> which));
        return admin.listOffsets(asked, committedOnes).all().toCompletionStage();
    }

    private CompletionStage<Map<TopicPartition, OffsetAndMetadata>> committed() {
        return admin.listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions().timeoutMs(ANSWER_TIMEOUT_MS))
                .partitionsToOffsetAndMetadata()
                .toCompletionStage();
    }

    private static boolean isRead(Map<TopicPartition, Range> ranges, Map<TopicPartition, OffsetAndMetadata> committed) {
        return ranges.entrySet().stream().allMatch(partition -> {
            var position = committed.get(partition.getKey());
            var range = partition.getValue();
            return Math.max(range.begin, position == null ? 0 : position.offset()) >= range.end;
        });
    }

    private void compared(long at, Boolean read, Throwable failure) {
        if (failure != null && !failing) {
            LOG.warnf(failure, "How far the job has read is not known: idle sources wait until the broker answers.");
        }
        failing = failure != null;
        if (failure == null && read) {
            readUntil = Math.max(readUntil, foundReadAt);
            foundReadAt = at;
        } else {
            foundReadAt = NOT_KNOWN;
        }
        comparing.set(false);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
