package millrace.local.control;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;

/**
 * Records, bytes and reads of each topic at one moment, by the full name of the topic. Two samples give rates.
 *
 * @param written records that were ever written
 * @param kept records that are there
 * @param bytes on the disk of the leaders
 * @param read committed position of each group in each partition
 */
record ClusterSample(
        Instant at,
        Map<String, Long> written,
        Map<String, Long> kept,
        Map<String, Long> bytes,
        Map<GroupPartition, Long> read) {
    /** A partition that a group has read. */
    record GroupPartition(String group, TopicPartition partition) {}

    /** Rates of a topic in a second; what a group has read counts with the mean size of a record. */
    record Rates(long messagesIn, long bytesIn, long bytesOut) {
        Rates plus(Rates other) {
            return new Rates(messagesIn + other.messagesIn, bytesIn + other.bytesIn, bytesOut + other.bytesOut);
        }
    }

    static ClusterSample take(Admin admin, String prefix) throws InterruptedException {
        var descriptions = ClusterAdmin.answer(
                admin.describeTopics(ClusterAdmin.answer(admin.listTopics().names()).stream()
                                .filter(name -> name.startsWith(prefix))
                                .toList())
                        .allTopicNames());
        var leaders = new HashMap<TopicPartition, Integer>();
        descriptions.forEach((name, topic) -> topic.partitions().stream()
                .filter(partition -> partition.leader() != null)
                .forEach(partition -> leaders.put(
                        new TopicPartition(name, partition.partition()),
                        partition.leader().id())));
        var ends = offsets(admin, leaders, OffsetSpec.latest());
        var begins = offsets(admin, leaders, OffsetSpec.earliest());
        var written = byTopic(ends);
        var kept = new HashMap<>(written);
        byTopic(begins).forEach((topic, begin) -> kept.merge(topic, -begin, Long::sum));
        return new ClusterSample(Instant.now(), written, kept, bytes(admin, leaders), read(admin));
    }

    /** Rates of a topic since an earlier sample. */
    Rates since(ClusterSample earlier, String topic) {
        var seconds = Math.max(1, Duration.between(earlier.at, at).toMillis()) / 1000.0;
        var recordBytes = of(bytes, topic) / Math.max(1.0, of(kept, topic));
        var messages = grown(earlier.written, written, topic);
        return new Rates(
                Math.round(messages / seconds),
                Math.round(messages * recordBytes / seconds),
                Math.round(readSince(earlier, topic) * recordBytes / seconds));
    }

    /** Records that groups have read since, as far as both samples know the group. */
    private long readSince(ClusterSample earlier, String topic) {
        return read.entrySet().stream()
                .filter(position -> position.getKey().partition().topic().equals(topic))
                .mapToLong(position ->
                        position.getValue() - earlier.read.getOrDefault(position.getKey(), position.getValue()))
                .map(records -> Math.max(0, records))
                .sum();
    }

    private static long grown(Map<String, Long> before, Map<String, Long> now, String topic) {
        return Math.max(0, of(now, topic) - before.getOrDefault(topic, of(now, topic)));
    }

    private static long of(Map<String, Long> values, String topic) {
        return values.getOrDefault(topic, 0L);
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, Map<TopicPartition, Integer> partitions, OffsetSpec spec) throws InterruptedException {
        var asked = partitions.keySet().stream().collect(toMap(Function.identity(), partition -> spec));
        return ClusterAdmin.answer(admin.listOffsets(asked).all()).entrySet().stream()
                .collect(toMap(Map.Entry::getKey, offset -> offset(offset.getValue())));
    }

    private static long offset(ListOffsetsResultInfo offset) {
        return offset.offset();
    }

    private static Map<String, Long> bytes(Admin admin, Map<TopicPartition, Integer> leaders)
            throws InterruptedException {
        var bytes = new HashMap<TopicPartition, Long>();
        ClusterAdmin.answer(admin.describeLogDirs(
                                Map.copyOf(leaders).values().stream().distinct().toList())
                        .allDescriptions())
                .forEach((broker, folders) -> folders.values()
                        .forEach(folder -> folder.replicaInfos().forEach((partition, replica) -> {
                            if (broker.equals(leaders.get(partition))) {
                                bytes.put(partition, replica.size());
                            }
                        })));
        return byTopic(bytes);
    }

    private static Map<GroupPartition, Long> read(Admin admin) throws InterruptedException {
        var groups = ClusterAdmin.answer(admin.listGroups().all()).stream()
                .filter(group -> !group.type().equals(Optional.of(GroupType.SHARE)))
                .map(GroupListing::groupId)
                .collect(toMap(Function.identity(), group -> new ListConsumerGroupOffsetsSpec(), (a, b) -> a));
        var read = new HashMap<GroupPartition, Long>();
        ClusterAdmin.answer(admin.listConsumerGroupOffsets(groups).all())
                .forEach((group, positions) -> positions.forEach((partition, position) -> {
                    if (position != null) {
                        read.put(new GroupPartition(group, partition), position.offset());
                    }
                }));
        return read;
    }

    private static Map<String, Long> byTopic(Map<TopicPartition, Long> values) {
        return values.entrySet().stream()
                .collect(groupingBy(value -> value.getKey().topic(), summingLong(Map.Entry::getValue)));
    }
}
