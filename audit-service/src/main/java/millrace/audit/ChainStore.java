package millrace.audit;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.chain.Signing;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.EntryTables;
import millrace.audit.table.SegmentTable;
import org.apache.kafka.common.TopicPartition;

/** Opens chains from the database, stores their closed segments and publishes the checkpoints. */
@Singleton
class ChainStore {
    /** A process that starts later does not raise the alarm of a discontinuity again. */
    private static final Duration ALARM = Duration.ofDays(1);

    private final DatabaseTransactions transactions;
    private final AuditedChannels channels;
    private final Positions positions;
    private final SegmentTable segments;
    private final EntryTables entries;
    private final CheckpointPublisher checkpoints;
    private final ReadinessAlarms alarms;
    private final Chain.Limits limits;
    private final Duration segmentAge;

    ChainStore(
            DatabaseTransactions transactions,
            AuditedChannels channels,
            Positions positions,
            SegmentTable segments,
            EntryTables entries,
            CheckpointPublisher checkpoints,
            ReadinessAlarms alarms,
            AuditConfig config,
            ArchiveSettings settings) {
        this.transactions = transactions;
        this.channels = channels;
        this.positions = positions;
        this.segments = segments;
        this.entries = entries;
        this.checkpoints = checkpoints;
        this.alarms = alarms;
        this.segmentAge = config.segmentAge();
        this.limits = new Chain.Limits(settings.signingKey(), config.segmentEntries());
    }

    /** Creates the chain of a partition that has no entries yet, in memory only. */
    Chain begin(TopicPartition partition, UUID topicId) {
        var channel = channels.channel(partition);
        var start = Chain.start(channel, partition.partition(), topicId);
        return new Chain(partition, start, first(channel, partition, start), 0, limits);
    }

    /** @return empty if the partition has no position yet */
    Optional<Chain> open(Connection connection, TopicPartition partition) throws SQLException {
        var channel = channels.channel(partition);
        var found = positions.find(connection, channel, partition.partition());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var position = found.get().position();
        var chain = new Chain(
                partition,
                position,
                segment(connection, channel, partition, position),
                found.get().published(),
                limits);
        var written = entries.read(
                connection,
                channel,
                partition.partition(),
                chain.segment().open().firstSeq(),
                position.nextSeq());
        if (!chain.restore(written)) {
            alarms.alarm(
                    partition.toString(),
                    "what is archived is not what was: bin/audit verify --channel %s --partition %d says more"
                            .formatted(channel, partition.partition()));
        }
        entries.lastDiscontinuity(
                        connection,
                        channel,
                        partition.partition(),
                        Instant.now().minus(ALARM))
                .ifPresent(discontinuity -> alarms.alarm(partition.toString(), discontinuity.sentence()));
        return Optional.of(chain);
    }

    boolean isDue(Chain chain) {
        return chain.isDue(segmentAge);
    }

    /** True if the number of published checkpoints should be stored although nothing else has changed. */
    boolean isMarkDue(Chain chain) {
        return chain.unpublished().isAhead(segmentAge);
    }

    /** Inserts the closed segments in the transaction of their entries. */
    void close(Connection connection, Collection<Chain> written) throws SQLException {
        segments.insert(
                connection,
                written.stream().flatMap(chain -> chain.closed().stream()).toList());
    }

    /** Publishes the checkpoints of closed segments after that transaction, and retries those that failed. */
    void publish(Collection<Chain> written) throws SQLException {
        for (var chain : written) {
            publishClosed(chain);
            chain.unpublished().collectConfirmations(checkpoints, alarms);
            if (chain.unpublished().isBehind()) {
                catchUp(chain);
            }
        }
    }

    /** Publishes the checkpoints of closed segments without looking at earlier results. */
    void publishClosed(Chain chain) {
        chain.takeClosed().forEach(segment -> chain.unpublished().publish(segment, checkpoints));
    }

    private void catchUp(Chain chain) throws SQLException {
        var unpublished = chain.unpublished();
        var found = transactions.get(connection -> segments.from(
                connection,
                chain.channel(),
                chain.partition().partition(),
                unpublished.mark(),
                UnpublishedCheckpoints.MOST + 1));
        found.stream().limit(UnpublishedCheckpoints.MOST).forEach(segment -> unpublished.publish(segment, checkpoints));
        unpublished.caughtUp(found.size() <= UnpublishedCheckpoints.MOST);
    }

    /** The beginning of the open segment: after the last closed one, or at the beginning of the incarnation. */
    private Signing.Open segment(Connection connection, String channel, TopicPartition partition, Position position)
            throws SQLException {
        var last = segments.last(connection, channel, partition.partition());
        if (last.isEmpty()) {
            return first(channel, partition, Chain.start(channel, partition.partition(), position.topicId()));
        }
        var before = last.get();
        return new Signing.Open(
                channel,
                partition.partition(),
                before.segment() + 1,
                position.life(),
                before.nextSeq(),
                before.life() == position.life() ? before.toOffset() : position.firstOffset(),
                before.head());
    }

    private static Signing.Open first(String channel, TopicPartition partition, Position start) {
        return new Signing.Open(channel, partition.partition(), 0, start.life(), 0, 0, start.head());
    }
}
