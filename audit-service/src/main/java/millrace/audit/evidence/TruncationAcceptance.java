package millrace.audit.evidence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import millrace.audit.ArchiveLock;
import millrace.audit.EvidenceMismatch;
import millrace.audit.Position;
import millrace.audit.Positions;
import millrace.audit.TopicIds;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.Discontinuity;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;
import org.apache.kafka.common.TopicPartition;

/**
 * Accepts that the brokers have lost records of a partition that were archived and not signed yet. Their rows stay, and are
 * signed as unproven. A signed discontinuity follows them, and the service archives the partition from the first lost record
 * on again.
 */
public final class TruncationAcceptance {
    private static final int ENTRIES_OF_SEGMENT = 1024;
    private static final String MOVE = """
            UPDATE positions SET life = ?, first_offset = ?, next_offset = ?, leader_epoch = NULL, next_seq = ?,
                breaks = breaks + 1
            WHERE channel = ? AND partition = ? AND life = ? AND next_offset = ? AND next_seq = ?""";

    private final DataSource database;
    private final DatabaseTransactions transactions;
    private final Map<String, Object> broker;
    private final ArchiveIdentity identity;
    private final LogTables tables = new LogTables();
    private final EntryTables entries = new EntryTables();
    private final SignedLog log;
    private final UnsignedRecords unsignedRecords;

    /** @param broker properties of a Kafka client */
    public TruncationAcceptance(
            DataSource database,
            Map<String, Object> broker,
            FieldEncryption encryption,
            ArchiveIdentity identity,
            List<SigningKey> keys) {
        this.database = database;
        this.transactions = new DatabaseTransactions(database);
        this.broker = broker;
        this.identity = identity;
        this.log = new SignedLog(tables, identity, keys, InstantSource.system());
        this.unsignedRecords = new UnsignedRecords(transactions, entries, encryption, broker);
    }

    /**
     * Accepts the loss.
     *
     * @return empty if the brokers have what is archived and not signed, or the partition is not archived
     * @throws SQLException if a process archives, or the log in the database is not one that was signed
     */
    public Optional<Discontinuity> accept(String channel, int partition) throws SQLException {
        var lock = new ArchiveLock(database);
        lock.hold();
        try {
            var state = log.load(transactions, broker);
            var archived = transactions.get(connection -> new Positions().find(connection, channel, partition));
            return archived.isEmpty()
                    ? Optional.empty()
                    : accept(new TopicPartition(identity.prefix() + channel, partition), archived.get(), state, lock);
        } finally {
            lock.release();
        }
    }

    private Optional<Discontinuity> accept(
            TopicPartition partition, Position archived, SignedLog.State state, ArchiveLock lock) throws SQLException {
        var channel = partition.topic().substring(identity.prefix().length());
        var last = transactions.get(connection -> tables.last(connection, channel, partition.partition()));
        if (last.isPresent()) {
            transactions.run(connection -> log.check(connection, state, last.get()));
        }
        var segment = last.map(Segment.Logged::segment);
        var now = log.now(state);
        var chain = new OpenSegment(
                partition, channel, OpenSegment.end(segment, archived), segment, ENTRIES_OF_SEGMENT, now::toEpochMilli);
        var different = unsignedRecords.readCutOff(chain, archived, topicId(partition), lock);
        if (different.isEmpty()) {
            return Optional.empty();
        }
        var from = Math.min(different.get(), endOffset(partition));
        return Optional.of(transactions.get(connection -> {
            lock.check(connection);
            var truncated = truncate(connection, chain, archived, from, now.toEpochMilli());
            log.append(connection, state, chain.closed(), now);
            return truncated;
        }));
    }

    private Discontinuity truncate(Connection connection, OpenSegment chain, Position archived, long from, long now)
            throws SQLException {
        chain.separate(archived);
        var start = archived.inNewIncarnation(archived.topicId(), from);
        chain.separate(start);
        var truncated = new Discontinuity(
                chain.channel(),
                chain.partition().partition(),
                start.nextSeq(),
                start.life(),
                Discontinuity.Kind.TRUNCATED,
                from,
                archived.nextOffset(),
                start.topicId(),
                now);
        var end = start.after(from);
        chain.add(truncated, end);
        chain.separate(end);
        entries.insert(connection, truncated);
        var moved = JdbcStatements.execute(
                connection,
                MOVE,
                end.life(),
                from,
                from,
                end.nextSeq(),
                chain.channel(),
                chain.partition().partition(),
                archived.life(),
                archived.nextOffset(),
                archived.nextSeq());
        if (moved == 0) {
            throw new EvidenceMismatch("The position of %s has changed meanwhile".formatted(chain.partition()));
        }
        return truncated;
    }

    private UUID topicId(TopicPartition partition) throws SQLException {
        try (var ids = TopicIds.connect(broker)) {
            return Optional.ofNullable(ids.of(List.of(partition.topic())).get(partition.topic()))
                    .orElseThrow(() -> new EvidenceMismatch("The brokers do not say the id of " + partition.topic()));
        }
    }

    private long endOffset(TopicPartition partition) {
        try (var consumer = PublishedCheckpoints.consumer(broker)) {
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }
}
