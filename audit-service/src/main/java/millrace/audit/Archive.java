package millrace.audit;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.Discontinuity;
import millrace.audit.table.EntryTables;
import millrace.audit.table.MonthPartitions;
import millrace.audit.table.RecordTable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Appends records to PostgreSQL and moves, in the same transaction, the position of each partition. So each record is
 * archived exactly once, even if process, connection or database fails at any point. What is appended is signed later, by
 * {@link Evidence}. After a failed transaction the chains in memory are unusable and have to be opened again.
 */
@Singleton
class Archive {
    /** A process that starts later does not raise the alarm of a discontinuity again. */
    private static final Duration ALARM = Duration.ofDays(1);

    private final DatabaseTransactions transactions;
    private final AuditedChannels channels;
    private final ArchiveLock lock;
    private final Evidence evidence;
    private final MonthPartitions months;
    private final FieldEncryption encryption;
    private final ReadinessAlarms alarms;

    Archive(
            DatabaseTransactions transactions,
            AuditedChannels channels,
            ArchiveLock lock,
            Evidence evidence,
            MonthPartitions months,
            FieldEncryption encryption,
            ReadinessAlarms alarms) {
        this.transactions = transactions;
        this.channels = channels;
        this.lock = lock;
        this.evidence = evidence;
        this.months = months;
        this.encryption = encryption;
        this.alarms = alarms;
    }

    /**
     * Makes this process the one that archives, or checks that it is, and loads the evidence.
     *
     * @throws ArchiveLock.NotActive if another process archives
     * @throws EvidenceMismatch if the database does not have what was signed
     */
    void activate() throws SQLException {
        months.current();
        evidence.load(lock.hold());
    }

    /** Lets another process archive. */
    void deactivate() {
        evidence.unload();
        lock.release();
    }

    /**
     * Opens the chain of a partition behind what is archived.
     *
     * @param topicId of the topic on the broker
     * @return empty if the partition has no position yet
     * @throws EvidenceMismatch if the database is not what was signed or what the broker has
     */
    Optional<Chain> open(TopicPartition partition, UUID topicId) throws SQLException {
        lock.ping();
        var name = channels.chain(partition);
        var archived = transactions.get(connection -> Positions.find(connection, name));
        var opened = evidence.open(partition, name, archived, topicId, lock);
        if (archived.isEmpty()) {
            return Optional.empty();
        }
        transactions
                .get(connection -> EntryTables.lastDiscontinuity(
                        connection, name, Instant.now().minus(ALARM)))
                .ifPresent(discontinuity -> alarms.alarm(partition.toString(), discontinuity.sentence()));
        return Optional.of(new Chain(partition, name, archived.get(), opened));
    }

    /**
     * Creates the position of a partition, unless another process has created it meanwhile.
     *
     * @param beginning the first offset that the broker has
     * @return the gap before {@code beginning}; empty if there is none, or another process created the position
     */
    Optional<Discontinuity> begin(TopicPartition partition, UUID topicId, long beginning) throws SQLException {
        var name = channels.chain(partition);
        var start = Position.start(topicId);
        var opened = evidence.open(partition, name, Optional.empty(), topicId, lock);
        var chain = new Chain(partition, name, start, opened);
        var begun = transactions.get(connection -> {
            lock.check(connection);
            return Positions.begin(connection, name, start);
        });
        return begun && beginning > 0
                ? Optional.of(recordDiscontinuity(chain, it -> it.gap(beginning)))
                : Optional.empty();
    }

    /**
     * Encrypts the personal data of batches, possibly while {@link #append} still uses their chains: the rows get their
     * numbers in the chain there. Commits the keys of new persons before the rows.
     */
    ArchiveBatch encrypt(List<PartitionBatch> batches) throws SQLException {
        if (batches.isEmpty()) {
            return new ArchiveBatch(batches, List.of());
        }
        return transactions.get(connection -> new ArchiveBatch(batches, encryption.encrypt(connection, rows(batches))));
    }

    /**
     * Appends a batch in one transaction, all of it or nothing.
     *
     * @throws PositionMoved if a partition's batch does not begin at the archived position
     */
    void append(ArchiveBatch batch) throws SQLException {
        var month = months.current();
        try {
            transactions.run(connection -> {
                lock.check(connection);
                var from = new ArrayList<Position>();
                for (var each : batch.batches()) {
                    from.add(each.chain().position());
                    Positions.lock(connection, each.chain().name(), each.chain().position());
                }
                write(connection, month, batch);
                for (var i = 0; i < from.size(); i++) {
                    var each = batch.batches().get(i);
                    var chain = each.chain();
                    Positions.move(connection, chain.name(), from.get(i), chain.position(), each.times());
                }
            });
        } catch (SQLException e) {
            evidence.unload();
            throw e;
        }
    }

    /** Appends a discontinuity to a chain and signs it at once, so that none is ever among the rows that are not signed. */
    Discontinuity recordDiscontinuity(Chain chain, Function<Chain, Discontinuity> change) throws SQLException {
        var discontinuities = new Discontinuity[1];
        sign(List.of(chain), connection -> {
            var from = chain.position();
            discontinuities[0] = change.apply(chain);
            Positions.move(connection, chain.name(), from, chain.position());
            EntryTables.insert(connection, discontinuities[0]);
        });
        return discontinuities[0];
    }

    /** Signs what the chains have, if that is due. The read loop calls it after each poll. */
    void signIfDue(Collection<Chain> chains) throws SQLException {
        lock.ping();
        if (evidence.isDue(isUnsigned(chains))) {
            sign(chains, connection -> {});
        }
        evidence.retry();
    }

    /** Signs what the chains have and is not signed. */
    void sign(Collection<Chain> chains) throws SQLException {
        if (isUnsigned(chains)) {
            sign(chains, connection -> {});
        }
    }

    /** The status of each partition, by channel and partition, without end offsets, which only the broker knows. */
    List<PartitionStatus> status() throws SQLException {
        return transactions.get(Positions::status);
    }

    private static boolean isUnsigned(Collection<Chain> chains) {
        return chains.stream().anyMatch(chain -> chain.evidence().isUnsigned());
    }

    private void sign(Collection<Chain> chains, DatabaseTransactions.Work before) throws SQLException {
        try {
            var committed = transactions.get(connection -> {
                lock.check(connection);
                before.on(connection);
                chains.forEach(Chain::separate);
                return evidence.sign(
                        connection, chains.stream().map(Chain::evidence).toList());
            });
            committed.run();
        } catch (SQLException e) {
            evidence.unload();
            throw e;
        }
    }

    /** Streams the rows: the database writes them while the next ones are hashed. */
    private void write(Connection connection, LocalDate month, ArchiveBatch batch) throws SQLException {
        var rows = batch.rows().iterator();
        try (var copy = RecordTable.copy(connection, month)) {
            for (var partitionBatch : batch.batches()) {
                var chain = partitionBatch.chain();
                chain.inMonth(month);
                for (var i = 0; i < partitionBatch.records().size(); i++) {
                    var row = rows.next().numbered(chain.position().nextSeq());
                    chain.add(row);
                    copy.add(row);
                }
                chain.moveTo(partitionBatch.to(), partitionBatch.leaderEpoch());
            }
            copy.end();
        }
    }

    private static List<ArchivedRecord> rows(List<PartitionBatch> batches) {
        return batches.stream()
                .flatMap(partitionBatch ->
                        partitionBatch.records().stream().map(record -> row(partitionBatch.chain(), record)))
                .toList();
    }

    private static ArchivedRecord row(Chain chain, ConsumerRecord<byte[], byte[]> record) {
        var position = chain.position();
        return ArchivedRecordFactory.of(chain.name().channel(), position.life(), position.topicId(), record);
    }
}
