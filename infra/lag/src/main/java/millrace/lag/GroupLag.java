package millrace.lag;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * Lag of a consumer group on each topic that it reads. One thread observes, others ask. Times are of
 * {@link System#nanoTime}.
 */
public final class GroupLag {
    private final long startedAt;
    private final Duration staleAfter;
    private final Map<TopicPartition, PartitionLag> partitions = new HashMap<>();
    private final Map<String, Long> absentTopics = new HashMap<>();

    /**
     * @param nanos now
     * @param staleAfter after this time without an observation, for example while no broker answers, the seconds grow
     */
    public GroupLag(long nanos, Duration staleAfter) {
        this.startedAt = nanos;
        this.staleAfter = staleAfter;
    }

    /**
     * Answers of the brokers about a group. A partition without an end was not observed, for example because it has no
     * leader.
     *
     * @param nanos a moment before the ends were asked for
     * @param committed offset at which the group goes on in each partition that exists
     * @param ends offset after the last record of a partition
     * @param absentTopics topics that do not exist, in which nothing is unread
     */
    public record Observation(
            long nanos, Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends, Set<String> absentTopics) {
        public Observation(long nanos, Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends) {
            this(nanos, committed, ends, Set.of());
        }
    }

    public synchronized void observe(Observation observation) {
        absentTopics.clear();
        observation.absentTopics().forEach(topic -> absentTopics.put(topic, observation.nanos()));
        partitions.keySet().retainAll(observation.committed().keySet());
        observation.committed().forEach((partition, committed) -> {
            var lag = partitions.computeIfAbsent(partition, added -> new PartitionLag(observation.nanos(), staleAfter));
            if (observation.ends().containsKey(partition)) {
                lag.observe(observation.nanos(), committed, observation.ends().get(partition));
            }
        });
    }

    /** Returns the partitions whose first unread record should be looked up, and the offset from which on. */
    public synchronized Map<TopicPartition, Long> dueLookUps() {
        return partitions.entrySet().stream()
                .filter(partition -> partition.getValue().isLookUpDue())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, partition -> partition.getValue().position()));
    }

    /**
     * Takes the result of a look-up, unless the partition is gone by now.
     *
     * @param from the offset that was due
     * @param offset of the first record, or the end of the partition if there is none
     * @param nanos time of its append; empty if there is none
     */
    public synchronized void foundFirstUnread(TopicPartition partition, long from, long offset, OptionalLong nanos) {
        var lag = partitions.get(partition);
        if (lag != null) {
            lag.foundFirstUnread(from, offset, nanos);
        }
    }

    /** Number of unread offsets of a topic at the last observation; NaN before the first. */
    public synchronized double records(String topic) {
        var known = of(topic).map(PartitionLag::records).toList();
        return known.isEmpty() && !absentTopics.containsKey(topic)
                ? Double.NaN
                : known.stream().mapToLong(Long::longValue).sum();
    }

    /** Age of the oldest unread record of a topic; 0 if there is none. */
    public synchronized double seconds(String topic, long nanos) {
        return of(topic)
                .map(partition -> partition.seconds(nanos))
                .max(Double::compare)
                .orElseGet(
                        () -> new PartitionLag(absentTopics.getOrDefault(topic, startedAt), staleAfter).seconds(nanos));
    }

    /** Number of unread offsets of a partition at the last observation; empty before the first. */
    public synchronized OptionalLong records(TopicPartition partition) {
        var lag = partitions.get(partition);
        return lag == null || !lag.isObserved() ? OptionalLong.empty() : OptionalLong.of(lag.records());
    }

    /**
     * Age of the oldest unread record of a partition, and 0 if there is none; empty before the first observation, and while
     * the age of a record from before it is to be looked up.
     */
    public synchronized OptionalDouble seconds(TopicPartition partition, long nanos) {
        var lag = partitions.get(partition);
        return lag == null || !lag.isAgeKnown() ? OptionalDouble.empty() : OptionalDouble.of(lag.seconds(nanos));
    }

    private Stream<PartitionLag> of(String topic) {
        return partitions.entrySet().stream()
                .filter(partition -> partition.getKey().topic().equals(topic))
                .map(Map.Entry::getValue);
    }
}
