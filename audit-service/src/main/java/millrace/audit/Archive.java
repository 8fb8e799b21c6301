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
import millrace.audit.chain.Break;
import millrace.audit.chain.KeptRecord;
import millrace.audit.table.Entries;
import millrace.audit.table.Months;
import millrace.audit.table.Records;
import millrace.audit.table.Transactions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The records in PostgreSQL and, moved in the same transaction, how far each partition is kept and the head of its chain.
 * So a record is kept once and none is left out, whatever ends when: a process, a connection or the database. A chain of
 * which a transaction failed cannot be used any more: it is opened again.
 */
@Singleton
class Archive {
    private final Transactions transactions;
    private final OpenChains chains;
    private final Positions positions;
    private final Records records;
    private final Entries entries;
    private final Sealing sealing;
    private final Months months;

    Archive(
            Transactions transactions,
            OpenChains chains,
            Positions positions,
            Records records,
            Entries entries,
            Sealing sealing,
            Months months) {
        this.transactions = transactions;
        this.chains = chains;
        this.positions = positions;
        this.records = records;
        this.entries = entries;
        this.sealing = sealing;
        this.months = months;
    }

    /** The chains of partitions, to go on with; one of a partition that nobody began to archive is left out. */
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
     * Begins to archive a partition; where somebody else began it meanwhile it stays as it is.
     *
     * @param beginning the first offset that the broker has: what was before is a gap, which is returned
     */
    Optional<Break> begin(TopicPartition partition, UUID topicId, long beginning) throws SQLException {
        return transactions.get(connection -> {
            var chain = chains.begin(partition, topicId);
            var begun = positions.begin(connection, chain.channel(), partition.partition(), chain.position());
            return begun && beginning > 0
                    ? Optional.of(write(connection, chain, it -> it.gap(beginning)))
                    : Optional.empty();
        });
    }

    /**
     * Makes the rows of stretches while their chains may still be at work: they are numbered when they are kept. The keys
     * of new persons are there before the rows.
     */
    Batch seal(List<Stretch> stretches) throws SQLException {
        if (stretches.isEmpty()) {
            return new Batch(stretches, List.of());
        }
        return transactions.get(connection -> new Batch(stretches, sealing.seal(connection, rows(stretches))));
    }

    /**
     * Keeps a batch, all of it or nothing.
     *
     * @throws PositionMoved where a stretch does not begin where the archive of its partition ends
     */
    void keep(Batch batch) throws SQLException {
        var month = months.current();
        var stretches = batch.stretches();
        var used = stretches.stream().map(Stretch::chain).toList();
        transactions.run(connection -> {
            var moves = stretches.stream().map(Archive::move).toList();
            positions.hold(connection, moves);
            write(connection, month, batch);
            positions.move(connection, moves);
            chains.close(connection, used);
        });
        chains.publish(used);
    }

    /** Writes down where a chain cannot go on as before, and goes on. */
    Break note(Chain chain, Function<Chain, Break> what) throws SQLException {
        var gone = transactions.get(connection -> write(connection, chain, what));
        chains.send(chain);
        return gone;
    }

    /** Closes segments that have been open for long enough, and sees to their checkpoints. To be called often. */
    void settle(Collection<Chain> all) throws SQLException {
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

    /** Every partition in order, without what only the broker knows. */
    List<PartitionStatus> status() throws SQLException {
        return transactions.get(positions::status);
    }

    private Break write(Connection connection, Chain chain, Function<Chain, Break> what) throws SQLException {
        var from = chain.position();
        var gone = what.apply(chain);
        positions.move(connection, List.of(new Move(chain, from, 1)));
        entries.insert(connection, gone);
        chains.close(connection, List.of(chain));
        return gone;
    }

    /** From where the chain stands. */
    private static Move move(Stretch stretch) {
        var times =
                stretch.records().stream().mapToLong(ConsumerRecord::timestamp).summaryStatistics();
        return new Move(stretch.chain(), stretch.chain().position(), times, 0);
    }

    /** The database writes rows while the next ones are hashed. */
    private void write(Connection connection, LocalDate month, Batch batch) throws SQLException {
        var rows = batch.rows().iterator();
        try (var copy = records.copy(connection, month)) {
            for (var stretch : batch.stretches()) {
                var chain = stretch.chain();
                for (var i = 0; i < stretch.records().size(); i++) {
                    var row = rows.next().numbered(chain.position().nextSeq());
                    chain.add(row);
                    copy.add(row);
                }
                chain.moveTo(stretch.to(), stretch.leaderEpoch());
            }
            copy.end();
        }
    }

    private static List<KeptRecord> rows(List<Stretch> stretches) {
        return stretches.stream()
                .flatMap(stretch -> stretch.records().stream().map(record -> Rows.of(stretch.chain(), record)))
                .toList();
    }
}
