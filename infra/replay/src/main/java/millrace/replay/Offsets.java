package millrace.replay;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import millrace.generation.KafkaAdmin;
import millrace.generation.Pause;
import millrace.generation.RebuildException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Offsets of channels and consumer groups. Names of channels and groups carry no prefix. */
final class Offsets implements AutoCloseable {
    /**
     * Suffix of the internal topics by which a Kafka Streams job passes records between its steps; they are no
     * channels.
     */
    private static final String REPARTITION = "-repartition";

    private static final Duration MEMBERS_LEAVE_WITHIN = Duration.ofSeconds(60);
    private static final Duration CHECK_EVERY = Duration.ofMillis(500);

    private final PlatformConnection platform;
    private final KafkaAdmin admin;

    Offsets(PlatformConnection platform) {
        this.platform = platform;
        this.admin = new KafkaAdmin(platform.settings().kafka());
    }

    /** Returns the first offset that each partition still has; of an empty partition, its end. */
    Map<TopicPartition, Long> earliest(Collection<String> channels) {
        return offsets(channels, OffsetSpec.earliest());
    }

    /** Returns the offset after the last record of each partition. */
    Map<TopicPartition, Long> latest(Collection<String> channels) {
        return offsets(channels, OffsetSpec.latest());
    }

    /** Returns the offset of the first record written at that time or later; the end if there is none. */
    Map<TopicPartition, Long> at(Collection<String> channels, Instant time) {
        var offsets = latest(channels);
        offsets(channels, OffsetSpec.forTimestamp(time.toEpochMilli())).forEach((partition, offset) -> {
            if (offset >= 0) {
                offsets.put(partition, offset);
            }
        });
        return offsets;
    }

    /** Returns the group's committed offsets of channels; a partition without a commit is left out. */
    Map<TopicPartition, Long> committed(String group) {
        var offsets = sorted(admin.committed(platform.prefixed(group)));
        offsets.keySet().removeIf(partition -> partition.topic().endsWith(REPARTITION));
        return offsets;
    }

    /**
     * Returns the offset at which the group continues, for all partitions of the channels: the committed offset, or the
     * first one.
     */
    Map<TopicPartition, Long> positions(String group, Collection<String> channels) {
        var positions = earliest(channels);
        committed(group)
                .forEach((partition, offset) ->
                        positions.computeIfPresent(partition, (same, first) -> Math.max(first, offset)));
        return positions;
    }

    /** Returns the number of records of the channels that the group has not read. */
    long lag(String group, Collection<String> channels) {
        var positions = positions(group, channels);
        return latest(channels).entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - positions.get(end.getKey())))
                .sum();
    }

    /** Returns true if the group has no members. */
    boolean isEmpty(String group) {
        KafkaFuture<Boolean> empty = admin.client()
                .describeConsumerGroups(List.of(platform.prefixed(group)))
                .describedGroups()
                .get(platform.prefixed(group))
                .thenApply(described -> described.members().isEmpty());
        return admin.answer(empty, Map.of(GroupIdNotFoundException.class, true));
    }

    /**
     * Waits up to a minute until the group has no members. A process that ended without leaving the group, as Kafka
     * Streams does, is a member until its session times out.
     *
     * @return true if the group became empty
     */
    boolean becomesEmpty(String group) {
        var end = Instant.now().plus(MEMBERS_LEAVE_WITHIN);
        while (!isEmpty(group)) {
            if (Instant.now().isAfter(end)) {
                return false;
            }
            Pause.of(CHECK_EVERY);
        }
        return true;
    }

    /** Sets the committed offsets of a group that has no members. */
    void reset(String group, Map<TopicPartition, Long> offsets) {
        admin.answer(admin.client()
                .alterConsumerGroupOffsets(
                        platform.prefixed(group),
                        offsets.entrySet().stream()
                                .collect(toMap(Map.Entry::getKey, offset -> new OffsetAndMetadata(offset.getValue()))))
                .all());
    }

    /** Removes the group if it exists; fails if it has members. */
    void deleteGroup(String group) {
        if (!becomesEmpty(group)) {
            throw new RebuildException("A process is still in the group " + group + ": stop it first.");
        }
        KafkaFuture<Boolean> gone = admin.client()
                .deleteConsumerGroups(List.of(platform.prefixed(group)))
                .all()
                .thenApply(done -> true);
        admin.answer(gone, Map.of(GroupIdNotFoundException.class, true));
    }

    @Override
    public void close() {
        admin.close();
    }

    private Map<TopicPartition, Long> offsets(Collection<String> channels, OffsetSpec which) {
        var partitions =
                channels.stream().flatMap(platform::partitions).collect(toMap(Function.identity(), partition -> which));
        var offsets = sorted(Map.of());
        admin.answer(admin.client().listOffsets(partitions).all())
                .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }

    private static TreeMap<TopicPartition, Long> sorted(Map<TopicPartition, Long> offsets) {
        var sorted = new TreeMap<TopicPartition, Long>(PlatformConnection.PARTITION_ORDER);
        sorted.putAll(offsets);
        return sorted;
    }
}
