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
import millrace.audit.table.Entries;
import millrace.audit.table.Segments;
import millrace.audit.table.Transactions;
import org.apache.kafka.common.TopicPartition;

/** Opens chains where the database says that they stand, and sees to their segments. */
@Singleton
class OpenChains {
    /** A process that starts later tells of a break no more. */
    private static final Duration ALARM = Duration.ofDays(1);

    private final Transactions transactions;
    private final AuditedChannels channels;
    private final Positions positions;
    private final Segments segments;
    private final Entries entries;
    private final Checkpoints checkpoints;
    private final Condition condition;
    private final Chain.Limits limits;
    private final Duration segmentAge;

    OpenChains(
            Transactions transactions,
            AuditedChannels channels,
            Positions positions,
            Segments segments,
            Entries entries,
            Checkpoints checkpoints,
            Condition condition,
            AuditConfig config,
            Archives archives) {
        this.transactions = transactions;
        this.channels = channels;
        this.positions = positions;
        this.segments = segments;
        this.entries = entries;
        this.checkpoints = checkpoints;
        this.condition = condition;
        this.segmentAge = config.segmentAge();
        this.limits = new Chain.Limits(archives.signingKey(), config.segmentEntries());
    }

    /** A chain in memory only, of a partition of which nothing is archived yet. */
    Chain begin(TopicPartition partition, UUID topicId) {
        var channel = channels.channel(partition);
        var start = Chain.start(channel, partition.partition(), topicId);
        return new Chain(partition, start, first(channel, partition, start), 0, limits);
    }

    /** Empty where nobody has begun to archive the partition. */
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
            condition.alarm(
                    partition.toString(),
                    "what is archived is not what was: bin/audit verify --channel %s --partition %d says more"
                            .formatted(channel, partition.partition()));
        }
        entries.lastBreak(
                        connection,
                        channel,
                        partition.partition(),
                        Instant.now().minus(ALARM))
                .ifPresent(gone -> condition.alarm(partition.toString(), gone.sentence()));
        return Optional.of(chain);
    }

    boolean isDue(Chain chain) {
        return chain.isDue(segmentAge);
    }

    /** Whether the database should know that checkpoints were published, though nothing else has changed. */
    boolean isMarkDue(Chain chain) {
        return chain.unpublished().isAhead(segmentAge);
    }

    /** Within the transaction that has the entries. */
    void close(Connection connection, Collection<Chain> written) throws SQLException {
        segments.insert(
                connection,
                written.stream().flatMap(chain -> chain.closed().stream()).toList());
    }

    /** After that transaction. */
    void publish(Collection<Chain> written) throws SQLException {
        for (var chain : written) {
            send(chain);
            chain.unpublished().look(checkpoints, condition);
            if (chain.unpublished().isBehind()) {
                catchUp(chain);
            }
        }
    }

    /** The same without a look at what became of it. */
    void send(Chain chain) {
        chain.takeClosed().forEach(segment -> chain.unpublished().send(segment, checkpoints));
    }

    private void catchUp(Chain chain) throws SQLException {
        var unpublished = chain.unpublished();
        var found = transactions.get(connection -> segments.from(
                connection, chain.channel(), chain.partition().partition(), unpublished.mark(), Unpublished.MOST + 1));
        found.stream().limit(Unpublished.MOST).forEach(segment -> unpublished.send(segment, checkpoints));
        unpublished.caughtUp(found.size() <= Unpublished.MOST);
    }

    /** Where the segment begins that is open: behind the last one, or where its life began. */
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
