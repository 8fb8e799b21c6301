package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The records in PostgreSQL and, moved in the same transaction, how far each partition is kept. So a record is kept once
 * and none is left out, whatever ends when: a process, a connection or the database.
 */
@ApplicationScoped
class Archive {
    private final Transactions transactions;
    private final Positions positions;
    private final Records records;

    Archive(Transactions transactions, Positions positions, Records records) {
        this.transactions = transactions;
        this.positions = positions;
        this.records = records;
    }

    /** The next offset of each partition; one that nobody began to archive is left out. */
    Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) throws SQLException {
        var found = transactions.get(positions::next);
        found.keySet().retainAll(partitions);
        return found;
    }

    /** Begins to archive partitions, each at its offset; one that somebody else began meanwhile stays as it is. */
    void begin(Map<TopicPartition, Long> offsets) throws SQLException {
        transactions.run(connection -> {
            for (var offset : offsets.entrySet()) {
                positions.begin(connection, offset.getKey(), offset.getValue());
            }
        });
    }

    /**
     * Keeps stretches, all or none.
     *
     * @throws PositionMoved where one does not begin where the archive of its partition ends
     */
    void keep(List<Stretch> stretches) throws SQLException {
        transactions.run(connection -> {
            for (var stretch : stretches) {
                positions.move(connection, stretch);
            }
            records.insert(connection, stretches);
        });
    }

    /** Goes on behind records that were never seen, because the broker had removed them before; the gap is on record. */
    void skip(TopicPartition partition, long from, long to) throws SQLException {
        transactions.run(connection -> {
            positions.move(connection, new Stretch(partition, from, to, List.of()));
            positions.noteGap(connection, partition, from, to);
        });
    }

    /** Every partition in order, without what only the broker knows. */
    List<PartitionStatus> status() throws SQLException {
        return transactions.get(positions::status);
    }
}
