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
import millrace.audit.KafkaClients;
import millrace.audit.Position;
import millrace.audit.Positions;
import millrace.audit.TopicIds;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.ChainName;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.Discontinuity;
import millrace.audit.table.EntryTables;
import org.apache.kafka.common.TopicPartition;

/**
 * Accepts that the brokers have lost records of a partition that were archived and not signed yet. Their rows stay, and are
 * signed as unproven. A signed discontinuity follows them, and the service archives the partition from the first lost record
 * on again.
 *
 * @param broker properties of a Kafka client
 */
public record TruncationAcceptance(
        DataSource database,
        Map<String, Object> broker,
        FieldEncryption encryption,
        ArchiveIdentity identity,
        List<SigningKey> keys) {
    private static final int ENTRIES_OF_SEGMENT = 1024;

    /**
     * Accepts the loss.
     *
     * @return empty if the brokers have what is archived and not signed, or the partition is not archived
     * @throws SQLException if a process archives, or the log in the database is not one that was signed
     */
    public Optional<Discontinuity> accept(String channel, int partition) throws SQLException {
        var name = new ChainName(channel, partition);
        var transactions = new DatabaseTransactions(database);
        var lock = new ArchiveLock(database);
        lock.hold();
        try {
            return accept(name, transactions, lock);
        } finally {
            lock.release();
        }
    }

    private Optional<Discontinuity> accept(ChainName name, DatabaseTransactions transactions, ArchiveLock lock)
            throws SQLException {
        var log = new SignedLog(identity, keys, InstantSource.system());
        var state = log.load(transactions, broker);
        var found = transactions.get(connection -> Positions.find(connection, name));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var archived = found.get();
        var last = transactions.get(connection -> SignedLog.last(connection, state, name));
        var now = log.now(state);
        var partition = new TopicPartition(identity.prefix() + name.channel(), name.partition());
        var chain = new OpenSegment(
                partition, name, OpenSegment.end(last, archived), last, ENTRIES_OF_SEGMENT, now::toEpochMilli);
        var different = new UnsignedRecords(transactions, encryption, broker)
                .readCutOff(chain, archived, topicId(partition), lock);
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

    private static Discontinuity truncate(
            Connection connection, OpenSegment chain, Position archived, long from, long now) throws SQLException {
        chain.separate(archived);
        var start = archived.inNewIncarnation(archived.topicId(), from);
        chain.separate(start);
        var name = chain.name();
        var truncated = new Discontinuity(
                name.channel(),
                name.partition(),
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
        EntryTables.insert(connection, truncated);
        Positions.move(connection, name, archived, end);
        return truncated;
    }

    private UUID topicId(TopicPartition partition) throws SQLException {
        try (var ids = TopicIds.connect(broker)) {
            return Optional.ofNullable(ids.of(List.of(partition.topic())).get(partition.topic()))
                    .orElseThrow(() -> new EvidenceMismatch("The brokers do not say the id of " + partition.topic()));
        }
    }

    private long endOffset(TopicPartition partition) {
        try (var consumer = KafkaClients.reader(broker, Map.of())) {
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }
}
