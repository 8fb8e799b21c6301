package millrace.console.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import millrace.console.call.ConsoleException;
import millrace.console.cluster.KafkaSample;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.cluster.KafkaSample.LagSample;
import millrace.console.view.Deployment;
import millrace.events.Catalogue;
import millrace.events.Generation.LiveGeneration;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** How far the generations of a consumer have read its channels, by the offsets that their groups have committed. */
final class GenerationProgress {
    private static final Duration FIRST_OFFSETS_EVERY = Duration.ofSeconds(10);
    private static final Pattern SUFFIX = Pattern.compile("-g([0-9]{1,9})");

    private final Deployment deployment;
    private final Set<String> channels =
            Catalogue.channels().stream().map(Catalogue.Entry::name).collect(Collectors.toSet());
    private Map<TopicPartition, Long> first = Map.of();
    private Set<TopicPartition> firstOf = Set.of();
    private long firstAt;

    GenerationProgress(Deployment deployment) {
        this.deployment = deployment;
    }

    /**
     * A generation that has a group.
     *
     * @param group its consumer group
     * @param members processes in the group
     * @param read records of the channels that it has read, of those that the brokers still have
     * @param records that the brokers have
     * @param lag records that are unread; null while it is not known
     * @param seconds age of the oldest record that is unread; null while it is not known
     * @param rate records a second that it reads; null while it is not known
     * @param written records a second that are written to its channels; null while it is not known
     */
    record Progress(
            int generation,
            boolean live,
            String group,
            int members,
            long read,
            long records,
            Long lag,
            Double seconds,
            Double rate,
            Double written) {}

    /** @param at when the live generation became live; null where it is the first and there never was another */
    record ConsumerProgress(
            String name,
            int live,
            Integer successor,
            boolean fencing,
            Instant at,
            String by,
            List<String> channels,
            List<Progress> generations) {}

    /** Computes the progress of one consumer. */
    ConsumerProgress of(LiveGeneration live, KafkaSample sample) throws InterruptedException {
        var groups = sample.groups().stream()
                .filter(group -> group.consumer().equals(live.consumer()))
                .toList();
        var begin = firstOffsets(groups);
        var generations = groups.stream()
                .filter(group -> generation(group) == live.live() || exists(group))
                .map(group -> progress(group, live, begin))
                .sorted((one, other) -> Integer.compare(one.generation(), other.generation()))
                .toList();
        return new ConsumerProgress(
                live.consumer(),
                live.live(),
                live.successor(),
                live.fencing(),
                live.at(),
                live.by(),
                groups.stream()
                        .flatMap(group -> lags(group).stream())
                        .map(LagSample::channel)
                        .distinct()
                        .sorted()
                        .toList(),
                generations);
    }

    /** A group that has committed nothing is left behind by a process that never read. */
    private boolean exists(GroupSample group) {
        return !group.members().isEmpty()
                || lags(group).stream()
                        .flatMap(lag -> lag.partitions().stream())
                        .anyMatch(partition -> partition.committed() != null);
    }

    private Progress progress(GroupSample group, LiveGeneration live, Map<TopicPartition, Long> begin) {
        var read = 0L;
        var all = 0L;
        for (var lag : lags(group)) {
            for (var partition : lag.partitions()) {
                if (partition.end() != null) {
                    var from = begin.getOrDefault(topicPartition(lag, partition.partition()), 0L);
                    var position = partition.committed() == null ? from : partition.committed();
                    read += Math.max(0, Math.min(partition.end(), position) - from);
                    all += Math.max(0, partition.end() - from);
                }
            }
        }
        var lags = lags(group);
        var known = !lags.isEmpty() && lags.stream().allMatch(lag -> lag.records() != null);
        return new Progress(
                generation(group),
                generation(group) == live.live(),
                group.name(),
                group.members().size(),
                read,
                all,
                known ? (Long) lags.stream().mapToLong(LagSample::records).sum() : null,
                lags.stream().anyMatch(lag -> lag.seconds() == null)
                        ? null
                        : (Double) lags.stream()
                                .mapToDouble(LagSample::seconds)
                                .max()
                                .orElse(0),
                sum(lags.stream().map(LagSample::consumedPerSecond).toList()),
                sum(lags.stream().map(LagSample::producedPerSecond).toList()));
    }

    private static Double sum(Collection<Double> rates) {
        var known = rates.stream().filter(rate -> rate != null).toList();
        return known.isEmpty()
                ? null
                : (Double) known.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Lag on channels of the catalogue, without the topics between the steps of a Kafka Streams job. */
    private List<LagSample> lags(GroupSample group) {
        return group.lag().stream()
                .filter(lag -> channels.contains(lag.channel()))
                .toList();
    }

    private static int generation(GroupSample group) {
        var number = SUFFIX.matcher(group.suffix());
        return number.matches() ? Integer.parseInt(number.group(1)) : 1;
    }

    private TopicPartition topicPartition(LagSample lag, int partition) {
        return new TopicPartition(deployment.topic(lag.channel()), partition);
    }

    /** The first offset that the brokers still have, asked for every ten seconds. */
    private synchronized Map<TopicPartition, Long> firstOffsets(List<GroupSample> groups) throws InterruptedException {
        var wanted = groups.stream()
                .flatMap(group -> lags(group).stream())
                .flatMap(lag -> lag.partitions().stream().map(partition -> topicPartition(lag, partition.partition())))
                .collect(Collectors.toSet());
        var isOld = System.nanoTime() - firstAt > FIRST_OFFSETS_EVERY.toNanos();
        if (!isOld && firstOf.containsAll(wanted)) {
            return first;
        }
        wanted.addAll(firstOf);
        var asked =
                wanted.stream().collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.earliest()));
        var offsets = new HashMap<>(first);
        var answers = deployment.admin().listOffsets(asked);
        for (var partition : wanted) {
            try {
                offsets.put(partition, answers.partitionResult(partition).get().offset());
            } catch (ExecutionException e) {
                throw new ConsoleException(
                        503, partition + " does not answer: " + e.getCause().getMessage(), e);
            }
        }
        first = offsets;
        firstOf = wanted;
        firstAt = System.nanoTime();
        return first;
    }
}
