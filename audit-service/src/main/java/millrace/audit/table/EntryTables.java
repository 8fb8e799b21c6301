package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes the entries of chains: records and discontinuities, by number. */
@ApplicationScoped
public class EntryTables {
    private static final String WHERE = " WHERE channel = ? AND partition = ? AND seq >= ? AND seq < ? ORDER BY seq";

    /** Reads {@code [first, next)} of a chain into memory. */
    public List<ChainEntry> read(Connection connection, String channel, int partition, long first, long next)
            throws SQLException {
        var entries = new ArrayList<ChainEntry>(new RecordTable().read(connection, channel, partition, first, next));
        var discontinuities = JdbcStatements.query(
                connection,
                "SELECT * FROM breaks" + WHERE,
                EntryTables::discontinuity,
                channel,
                partition,
                first,
                next);
        if (!discontinuities.isEmpty()) {
            entries.addAll(discontinuities);
            entries.sort(Comparator.comparingLong(ChainEntry::seq));
        }
        return entries;
    }

    /** True if a chain has entries with a number of at least {@code first}. */
    public boolean isAny(Connection connection, String channel, int partition, long first) throws SQLException {
        var select = "SELECT EXISTS (SELECT FROM records WHERE channel = ? AND partition = ? AND seq >= ?)"
                + " OR EXISTS (SELECT FROM breaks WHERE channel = ? AND partition = ? AND seq >= ?)";
        return JdbcStatements.query(
                        connection,
                        select,
                        row -> row.getBoolean(1),
                        channel,
                        partition,
                        first,
                        channel,
                        partition,
                        first)
                .getFirst();
    }

    /** The first record of a chain with a number of at least {@code first}. */
    public Optional<ArchivedRecord> first(Connection connection, String channel, int partition, long first)
            throws SQLException {
        var select = "SELECT * FROM records WHERE channel = ? AND partition = ? AND seq >= ? ORDER BY seq LIMIT 1";
        return JdbcStatements.query(connection, select, EntryTables::archivedRecord, channel, partition, first).stream()
                .findFirst();
    }

    /** True if a chain has a discontinuity with a number of at least {@code first}. */
    public boolean isDiscontinuity(Connection connection, String channel, int partition, long first)
            throws SQLException {
        var select = "SELECT FROM breaks WHERE channel = ? AND partition = ? AND seq >= ? LIMIT 1";
        return !JdbcStatements.query(connection, select, row -> true, channel, partition, first)
                .isEmpty();
    }

    public Optional<Discontinuity> lastDiscontinuity(
            Connection connection, String channel, int partition, Instant since) throws SQLException {
        var select = "SELECT * FROM breaks WHERE channel = ? AND partition = ? AND found_ms >= ?"
                + " ORDER BY seq DESC LIMIT 1";
        return JdbcStatements.query(
                        connection, select, EntryTables::discontinuity, channel, partition, since.toEpochMilli())
                .stream()
                .findFirst();
    }

    public void insert(Connection connection, Discontinuity discontinuity) throws SQLException {
        var insert = """
                INSERT INTO breaks (channel, partition, seq, life, kind, from_offset, to_offset, topic_id, found_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";
        JdbcStatements.execute(
                connection,
                insert,
                discontinuity.channel(),
                discontinuity.partition(),
                discontinuity.seq(),
                discontinuity.life(),
                discontinuity.kind().text(),
                discontinuity.fromOffset(),
                discontinuity.toOffset(),
                discontinuity.topicId(),
                discontinuity.foundMs());
    }

    public static ArchivedRecord archivedRecord(ResultSet row) throws SQLException {
        return new ArchivedRecord(
                row.getString("channel"),
                row.getInt("partition"),
                row.getLong("seq"),
                row.getInt("life"),
                row.getLong("record_offset"),
                row.getObject("leader_epoch", Integer.class),
                row.getObject("topic_id", UUID.class),
                row.getLong("timestamp_ms"),
                row.getString("timestamp_type"),
                bytes(row.getArray("header_names")),
                bytes(row.getArray("header_values")),
                row.getBytes("key"),
                row.getBytes("value"),
                row.getObject("subject", Long.class),
                row.getObject("trace", UUID.class));
    }

    public static Discontinuity discontinuity(ResultSet row) throws SQLException {
        return new Discontinuity(
                row.getString("channel"),
                row.getInt("partition"),
                row.getLong("seq"),
                row.getInt("life"),
                Discontinuity.Kind.of(row.getString("kind")),
                row.getLong("from_offset"),
                row.getLong("to_offset"),
                row.getObject("topic_id", UUID.class),
                row.getLong("found_ms"));
    }

    private static byte[][] bytes(Array array) throws SQLException {
        return (byte[][]) array.getArray();
    }
}
