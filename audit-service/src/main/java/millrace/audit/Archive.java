package millrace.audit;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import millrace.audit.Positions.Move;
import millrace.audit.chain.ArchivedRecord;
import millrace.audit.chain.Discontinuity;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.EntryTables;
import millrace.audit.table.MonthPartitions;
import millrace.audit.table.RecordTable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Appends records to PostgreSQL and moves, in the same transaction, the position of each partition and the head of its
 * chain. So each record is archived exactly once, even if process, connection or database fails at any point. After a
 * failed transaction the chain in memory is unusable and has to be opened again.
 */
@Singleton
class Archive {
    private final DatabaseTransactions transactions;
    private final ChainStore chains;
    private final Positions positions;
    private final RecordTable records;
    private final EntryTables entries;
    private final FieldEncryption encryption;
    private final MonthPartitions months;

    Archive(
            DatabaseTransactions transactions,
            ChainStore chains,
            Positions positions,
            RecordTable records,
            EntryTables entries,
            FieldEncryption encryption,
            MonthPartitions months) {
        this.transactions = transactions;
        this.chains = chains;
        this.positions = positions;
        this.records = records;
        this.entries = entries;
        this.encryption = encryption;
        this.months = months;
    }

    /** Opens the chains of partitions at their archived positions; leaves out partitions that have no position yet. */
    Map<TopicPartition, Chain> open(Collection<TopicPartition> partitions) throws SQLException {
        months.current();
        return transactions.get(connection -> {
            var opened = new HashMap<TopicPartition, Chain>();
            for (var partition : partitions) {
                chains.open(connection, partition).ifPresent(chain -> opened.put(partition, chain));
            }
            return opened;
        });
    }

    /**
     * Creates the position of a partition, unless another process has created it meanwhile.
     *
     * @param beginning the first offset that the broker has
     * @return the gap before {@code beginning}; empty if there is none, or another process created the position
     */
    Optional<Discontinuity> begin(TopicPartition partition, UUID topicId, long beginning) throws SQLException {
        return transactions.get(connection -> {
            var chain = chains.begin(partition, topicId);
            var begun = positions.begin(connection, chain.channel(), partition.partition(), chain.position());
            return begun && beginning > 0
                    ? Optional.of(write(connection, chain, it -> it.gap(beginning)))
                    : Optional.empty();
        });
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
        var batches = batch.batches();
        var used = batches.stream().map(PartitionBatch::chain).toList();
        transactions.run(connection -> {
            var moves = batches.stream().map(Archive::move).toList();
            positions.lock(connection, moves);
            write(connection, month, batch);
            positions.move(connection, moves);
            chains.close(connection, used);
        });
        chains.publish(used);
    }

    /** Appends a discontinuity to a chain, and publishes the checkpoints of the segments that this closes. */
    Discontinuity recordDiscontinuity(Chain chain, Function<Chain, Discontinuity> change) throws SQLException {
        var discontinuity = transactions.get(connection -> write(connection, chain, change));
        chains.publishClosed(chain);
        return discontinuity;
    }

    /** Closes segments that have reached their age limit and publishes checkpoints; the read loop calls it after each poll. */
    void closeDueSegments(Collection<Chain> all) throws SQLException {
        var due = all.stream()
                .filter(chain -> chains.isDue(chain) || chains.isMarkDue(chain))
                .toList();
        if (!due.isEmpty()) {
            transactions.run(connection -> {
                due.stream().filter(chains::isDue).forEach(Chain::close);
                positions.move(
                        connection,
                        due.stream()
                                .map(chain -> new Move(chain, chain.position(), 0))
                                .toList());
                chains.close(connection, due);
            });
        }
        chains.publish(all);
    }

    /** The status of each partition, by channel and partition, without end offsets, which only the broker knows. */
    List<PartitionStatus> status() throws SQLException {
        return transactions.get(positions::status);
    }

    private Discontinuity write(Connection connection, Chain chain, Function<Chain, Discontinuity> change)
            throws SQLException {
        var from = chain.position();
        var discontinuity = change.apply(chain);
        positions.move(connection, List.of(new Move(chain, from, 1)));
        entries.insert(connection, discontinuity);
        chains.close(connection, List.of(chain));
        return discontinuity;
    }

    private static Move move(PartitionBatch partitionBatch) {
        var times = partitionBatch.records().stream()
                .mapToLong(ConsumerRecord::timestamp)
                .summaryStatistics();
        return new Move(partitionBatch.chain(), partitionBatch.chain().position(), times, 0);
    }

    /** Streams the rows: the database writes them while the next ones are hashed. */
    private void write(Connection connection, LocalDate month, ArchiveBatch batch) throws SQLException {
        var rows = batch.rows().iterator();
        try (var copy = records.copy(connection, month)) {
            for (var partitionBatch : batch.batches()) {
                var chain = partitionBatch.chain();
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
                .flatMap(partitionBatch -> partitionBatch.records().stream()
                        .map(record -> ArchivedRecordFactory.of(partitionBatch.chain(), record)))
                .toList();
    }
}
