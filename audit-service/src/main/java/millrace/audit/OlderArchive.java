package millrace.audit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import millrace.audit.chain.Segment;
import millrace.audit.table.Entries;
import millrace.audit.table.Segments;
import millrace.audit.table.Sql;
import millrace.audit.table.Transactions;
import millrace.audit.table.Transactions.Query;
import millrace.generation.GenerationNames;
import org.apache.kafka.common.TopicPartition;

/**
 * The archive of another generation, from which this one takes what the broker no longer has, so that its chains are the
 * same from the first entry on: whole segments, each of which has to be signed and to hash to what was signed. It may end at
 * any time, and goes on where its own archive ends.
 */
@Singleton
class OlderArchive {
    static final OlderArchive NONE = new OlderArchive(null, null, null, Optional.empty());

    private final Transactions transactions;
    private final AuditedChannels channels;
    private final Archives archives;
    private final Optional<Integer> generation;
    private final Positions positions = new Positions();
    private final Segments segments = new Segments();
    private final Entries entries = new Entries();

    @Inject
    OlderArchive(Transactions transactions, AuditedChannels channels, Archives archives, AuditConfig config) {
        this(transactions, channels, archives, config.archiveOf());
    }

    private OlderArchive(
            Transactions transactions, AuditedChannels channels, Archives archives, Optional<Integer> generation) {
        this.transactions = transactions;
        this.channels = channels;
        this.archives = archives;
        this.generation = generation;
    }

    boolean isThere() {
        return generation.isPresent();
    }

    /** Whether it has a chain of the partition. */
    boolean has(TopicPartition partition) throws SQLException {
        return isThere() && there(connection -> find(connection, partition)).isPresent();
    }

    /** Whether it has what neither the chain nor the broker has. @param beginning the first offset that the broker has */
    boolean has(Chain chain, long beginning) throws SQLException {
        var position = chain.position();
        return there(connection -> find(connection, chain.partition()))
                .filter(other -> other.life() > position.life()
                        || (other.life() == position.life() && position.nextOffset() < beginning))
                .isPresent();
    }

    /**
     * What comes after the chain; empty where nothing is needed, or nothing more is signed.
     *
     * @throws UnusableArchive where it is not all there, or not as it was signed
     */
    Optional<Inheritance> next(Chain chain, long beginning) throws SQLException {
        return has(chain, beginning) ? there(connection -> next(connection, chain)) : Optional.empty();
    }

    private Optional<Inheritance> next(Connection connection, Chain chain) throws SQLException {
        var partition = chain.partition().partition();
        var from = chain.position().nextSeq();
        var found = segments.with(connection, chain.channel(), partition, from);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var segment = signed(found.get());
        var read = entries.read(connection, chain.channel(), partition, from, segment.nextSeq());
        if (read.size() != segment.nextSeq() - from) {
            throw new UnusableArchive(
                    "The older archive does not have all of the entries %d to %d of %s: bin/audit verify says why."
                            .formatted(from, segment.nextSeq() - 1, chain.partition()));
        }
        return Optional.of(new Inheritance(segment, read, months(connection, chain, segment)));
    }

    private Segment signed(Segment row) {
        return row.signed(archives.place().key())
                .filter(signed -> signed.channel().equals(row.channel()) && signed.partition() == row.partition())
                .orElseThrow(() -> new UnusableArchive(
                        "The checkpoint of segment %d of partition %d of %s in the older archive is not signed with the key of this one."
                                .formatted(row.segment(), row.partition(), row.channel())));
    }

    private static Map<Long, LocalDate> months(Connection connection, Chain chain, Segment segment)
            throws SQLException {
        var months = new HashMap<Long, LocalDate>();
        var select = "SELECT seq, month FROM records WHERE channel = ? AND partition = ? AND seq >= ? AND seq < ?";
        Sql.query(
                connection,
                select,
                row -> months.put(row.getLong("seq"), row.getObject("month", LocalDate.class)),
                chain.channel(),
                chain.partition().partition(),
                chain.position().nextSeq(),
                segment.nextSeq());
        return months;
    }

    private Optional<Position> find(Connection connection, TopicPartition partition) throws SQLException {
        return positions
                .find(connection, channels.channel(partition), partition.partition())
                .map(Positions.Found::position);
    }

    /** In its schema instead of this generation's. */
    private <T> T there(Query<T> query) throws SQLException {
        var schema = "audit" + new GenerationNames(generation.orElseThrow()).schemaSuffix();
        return transactions.get(connection -> {
            Sql.execute(connection, "SET LOCAL search_path TO " + schema);
            return query.on(connection);
        });
    }
}
