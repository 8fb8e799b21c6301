package millrace.audit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.audit.table.Discontinuity;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Determines where archiving of a partition starts, and where it starts again after a discontinuity: retention removed
 * records too early, the log was truncated, or the topic was recreated. Each discontinuity is an entry of the chain and
 * raises an alarm; then archiving continues.
 */
final class StartPositions implements AutoCloseable {
    /** Name of the problem in {@link ReadinessAlarms}. */
    private static final String TOPICS = "topics";

    /** Interval of the check for recreated topics, which also finds one whose new log is as long as the old one was. */
    private static final Duration CHECK_EVERY = Duration.ofSeconds(5);

    private final Consumer<?, ?> consumer;
    private final TopicIds topicIds;
    private final Archive archive;
    private final ReadinessAlarms alarms;
    private final ArchiveMetrics metrics;
    /** Partitions whose archive is not what was signed or what the broker has. */
    private final Set<TopicPartition> refused = new HashSet<>();

    private long nextCheckAt = System.nanoTime();

    StartPositions(
            Consumer<?, ?> consumer,
            TopicIds topicIds,
            Archive archive,
            ReadinessAlarms alarms,
            ArchiveMetrics metrics) {
        this.consumer = consumer;
        this.topicIds = topicIds;
        this.archive = archive;
        this.alarms = alarms;
        this.metrics = metrics;
    }

    @Override
    public void close() {
        topicIds.close();
    }

    /** True if the partition is not archived until the process starts again, and an alarm says why. */
    boolean isRefused(TopicPartition partition) {
        return refused.contains(partition);
    }

    /** Opens the chains of partitions; leaves out those of topics whose id the brokers do not tell, and refused ones. */
    Map<TopicPartition, Chain> open(Collection<TopicPartition> partitions) throws SQLException {
        archive.activate();
        var ids = ids(partitions);
        if (partitions.stream().allMatch(partition -> ids.containsKey(partition.topic()))) {
            alarms.clear(TOPICS);
        } else {
            alarms.raise(TOPICS, "the brokers do not say the ids of all topics");
        }
        var opened = new HashMap<TopicPartition, Chain>();
        for (var partition : partitions) {
            var id = ids.get(partition.topic());
            if (id != null) {
                try {
                    opened.put(partition, open(partition, id));
                } catch (EvidenceMismatch e) {
                    refuse(partition, e);
                }
            }
        }
        return opened;
    }

    private Chain open(TopicPartition partition, UUID id) throws SQLException {
        var known = archive.open(partition, id);
        if (known.isEmpty()) {
            archive.begin(partition, id, beginning(partition)).ifPresent(gap -> alarm(partition, gap));
            known = archive.open(partition, id);
        }
        var chain = known.orElseThrow(() -> new SQLException("The position of " + partition + " is gone"));
        startNewIncarnationIfRecreated(chain, id);
        return chain;
    }

    private void refuse(TopicPartition partition, EvidenceMismatch mismatch) {
        refused.add(partition);
        alarms.raise("evidence of " + partition, mismatch.getMessage());
    }

    /** True if the check for recreated topics is due. */
    boolean isCheckDue() {
        return System.nanoTime() - nextCheckAt >= 0;
    }

    /** Returns the chains whose topic was recreated, after moving them to the beginning of the new topic. */
    List<Chain> findRecreated(Collection<Chain> chains) throws SQLException {
        nextCheckAt = System.nanoTime() + CHECK_EVERY.toNanos();
        var ids = ids(chains.stream().map(Chain::partition).toList());
        var recreated = new ArrayList<Chain>();
        for (var chain : chains) {
            if (startNewIncarnationIfRecreated(chain, ids.get(chain.partition().topic()))) {
                recreated.add(chain);
            }
        }
        return recreated;
    }

    /** Moves a chain whose position the broker does not have to one that it has, and records the discontinuity. */
    void resolveOutOfRange(Chain chain, OffsetOutOfRangeException why) throws SQLException {
        var partition = chain.partition();
        if (startNewIncarnationIfRecreated(chain, ids(List.of(partition)).get(partition.topic()))) {
            return;
        }
        var position = chain.position().nextOffset();
        var beginning = beginning(partition);
        if (beginning > position) {
            recordDiscontinuity(chain, it -> it.gap(beginning));
        } else if (why instanceof LogTruncationException cut
                && cut.divergentOffsets().containsKey(partition)) {
            truncated(chain, cut.divergentOffsets().get(partition).offset());
        } else {
            truncated(chain, consumer.endOffsets(List.of(partition)).get(partition), beginning);
        }
    }

    private void truncated(Chain chain, long from) throws SQLException {
        truncated(chain, from, from);
    }

    /** @param next where to continue: if the point of truncation is unknown, the whole log is archived once more */
    private void truncated(Chain chain, long from, long next) throws SQLException {
        var position = chain.position();
        recordDiscontinuity(
                chain,
                it -> it.startNewIncarnation(
                        Discontinuity.Kind.TRUNCATED, position.topicId(), from, position.nextOffset(), next));
    }

    /** Moves the chain to the first record of the topic if its id differs from the chain's. @return whether it differs */
    private boolean startNewIncarnationIfRecreated(Chain chain, UUID id) throws SQLException {
        if (id == null || id.equals(chain.position().topicId())) {
            return false;
        }
        var beginning = beginning(chain.partition());
        var from = chain.position().nextOffset();
        recordDiscontinuity(chain, it -> it.startNewIncarnation(Discontinuity.Kind.RECREATED, id, from, beginning, 0));
        if (beginning > 0) {
            recordDiscontinuity(chain, it -> it.gap(beginning));
        }
        return true;
    }

    private void recordDiscontinuity(Chain chain, Function<Chain, Discontinuity> change) throws SQLException {
        alarm(chain.partition(), archive.recordDiscontinuity(chain, change));
    }

    private void alarm(TopicPartition partition, Discontinuity discontinuity) {
        alarms.alarm(partition.toString(), discontinuity.sentence());
        metrics.recordDiscontinuity(discontinuity);
    }

    private long beginning(TopicPartition partition) {
        return consumer.beginningOffsets(List.of(partition)).get(partition);
    }

    private Map<String, UUID> ids(Collection<TopicPartition> partitions) {
        return topicIds.of(partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
    }
}
