package millrace.console.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Topics and consumer groups of a cluster at one moment. All names are without the platform's prefix.
 *
 * @param at when the offsets were asked for
 * @param channels topics of the catalogue and of Kafka Streams, and those that a group reads besides, by name
 * @param groups by name, 50 at most
 * @param omitted number of groups beyond
 */
public record KafkaSample(Instant at, List<ChannelSample> channels, List<GroupSample> groups, int omitted) {
    /**
     * A topic.
     *
     * @param offsets sum of the offsets after the last committed record of each partition
     * @param recordsPerSecond growth of the offsets over the last seconds, in which marks of Kafka transactions count;
     *     null until two samples were taken
     */
    public record ChannelSample(String name, int partitions, long offsets, Double recordsPerSecond) {}

    /**
     * A consumer group.
     *
     * @param consumer name without the suffix of a generation: the process, if it is known
     * @param suffix of the generation: empty for the first, otherwise such as {@code -g2}
     * @param known whether the catalogue names the consumer as a reader
     * @param type as Kafka calls it: {@code Classic}, {@code Consumer}, {@code Streams}, {@code Share}
     * @param protocol such as {@code consumer}; empty where the coordinator names none
     * @param state as Kafka calls it, such as {@code Stable}; {@code Unknown} while its coordinator does not answer
     * @param assignor such as {@code cooperative-sticky}, or {@code stream} for Kafka Streams; empty without members
     * @param coordinator the broker; empty while it is unknown
     */
    public record GroupSample(
            String name,
            String consumer,
            String suffix,
            boolean known,
            String type,
            String protocol,
            String state,
            String assignor,
            String coordinator,
            List<MemberSample> members,
            List<LagSample> lag) {}

    /**
     * A member of a group.
     *
     * @param id that the coordinator has given
     * @param name for people: the instance of static membership, otherwise the id with the beginning of its UUID
     * @param partitions that are assigned to it, by channel
     * @param tasks of Kafka Streams that are assigned to it, such as {@code 0_1}; empty where the group's protocol names
     *     none
     */
    public record MemberSample(
            String id,
            String name,
            String client,
            String host,
            Map<String, List<Integer>> partitions,
            List<String> tasks) {}

    /**
     * Lag of a group on a channel. The rates are over the last 10 s.
     *
     * @param records offsets that are unread; null until they were observed
     * @param seconds age of the oldest unread record; null while its age is looked up
     * @param producedPerSecond growth of the channel's offsets; null until two samples were taken
     * @param consumedPerSecond growth of the committed offsets; null until two samples were taken
     */
    public record LagSample(
            String channel,
            Long records,
            Double seconds,
            Double producedPerSecond,
            Double consumedPerSecond,
            List<PartitionSample> partitions) {
        /** Records by which the lag grows each second; negative where it shrinks, and null while it is unknown. */
        public Double growthPerSecond() {
            return producedPerSecond == null || consumedPerSecond == null
                    ? null
                    : (Double) (producedPerSecond - consumedPerSecond);
        }
    }

    /**
     * Lag of a group in a partition.
     *
     * @param committed offset at which the group goes on; null where it has committed none
     * @param end offset after the last committed record; null while the partition does not answer
     */
    public record PartitionSample(int partition, Long committed, Long end, Long records, Double seconds) {}
}
