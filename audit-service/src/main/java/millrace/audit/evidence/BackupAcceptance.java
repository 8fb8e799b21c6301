package millrace.audit.evidence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import millrace.audit.ArchiveLock;
import millrace.audit.Position;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.Discontinuity;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;
import org.apache.kafka.common.TopicPartition;

/**
 * Accepts that the database was restored from a backup, so that the archive goes on from there: signs a discontinuity of the
 * log itself, which every later verdict counts. The service reads again from the broker what the backup does not have.
 *
 * @param broker properties of a Kafka client
 */
public record BackupAcceptance(
        DataSource database, Map<String, Object> broker, ArchiveIdentity identity, List<SigningKey> keys) {
    private static final UUID NO_TOPIC = new UUID(0, 0);
    private static final String POSITION = """
            INSERT INTO positions (channel, partition, life, topic_id, first_offset, next_offset, next_seq, breaks)
            VALUES (?, ?, 1, ?, 0, 0, ?, 1)
            ON CONFLICT (channel, partition) DO UPDATE SET next_seq = EXCLUDED.next_seq, breaks = positions.breaks + 1""";

    /**
     * Accepts the backup.
     *
     * @return empty if the database is not behind the channel
     * @throws SQLException if a process archives, or the log in the database is not one that was signed
     */
    public Optional<Discontinuity> accept() throws SQLException {
        var lock = new ArchiveLock(database);
        var log = new SignedLog(identity, keys, InstantSource.system());
        lock.hold();
        try {
            var transactions = new DatabaseTransactions(database);
            var stored = transactions.get(log::read);
            var published = log.published(transactions, broker).filter(head -> head.size() > stored.size());
            return published.isEmpty()
                    ? Optional.empty()
                    : Optional.of(transactions.get(connection -> {
                        lock.check(connection);
                        return accept(connection, log, stored, published.get());
                    }));
        } finally {
            lock.release();
        }
    }

    private static Discontinuity accept(
            Connection connection, SignedLog log, SignedLog.State stored, TreeHead published) throws SQLException {
        var name = AcceptedBackups.CHAIN;
        var last = LogTables.last(connection, name).map(Segment.Logged::segment);
        var start =
                new Position(1, NO_TOPIC, 0, 0, null, last.map(Segment::nextSeq).orElse(0L));
        var now = Math.max(log.now(stored).toEpochMilli(), published.at().toEpochMilli());
        var partition = new TopicPartition(name.channel(), name.partition());
        var chain = new OpenSegment(partition, name, start, last, 1, () -> now);
        var backup = new Discontinuity(
                name.channel(),
                name.partition(),
                start.nextSeq(),
                start.life(),
                Discontinuity.Kind.BACKUP,
                stored.size(),
                published.size(),
                NO_TOPIC,
                now);
        chain.add(backup, start.after(start.nextOffset()));
        log.append(connection, stored, chain.closed(), Instant.ofEpochMilli(now + 1));
        EntryTables.insert(connection, backup);
        JdbcStatements.execute(
                connection,
                POSITION,
                name.channel(),
                name.partition(),
                NO_TOPIC,
                chain.end().nextSeq());
        return backup;
    }
}
