package millrace.audit.table;

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
public final class EntryTables {
    private static final String BREAKS = "SELECT * FROM breaks WHERE channel = ? AND partition = ?";
    private static final String RECORDS_FROM = "FROM records WHERE channel = ? AND partition = ? AND seq >= ?";
    private static final String BREAKS_FROM = "FROM breaks WHERE channel = ? AND partition = ? AND seq >= ?";

    private EntryTables() {}

    /** Reads {@code [first, next)} of a chain into memory. */
    public static List<ChainEntry> read(Connection connection, ChainName chain, long first, long next)
            throws SQLException {
        var entries = new ArrayList<ChainEntry>(RecordTable.read(connection, chain, first, next));
        var select = BREAKS + " AND seq >= ? AND seq < ?";
        var discontinuities = JdbcStatements.query(
                connection, select, EntryTables::discontinuity, chain.channel(), chain.partition(), first, next);
        if (!discontinuities.isEmpty()) {
            entries.addAll(discontinuities);
            entries.sort(Comparator.comparingLong(ChainEntry::seq));
        }
        return entries;
    }

    /** True if a chain has entries with a number of at least {@code first}. */
    public static boolean isAny(Connection connection, ChainName chain, long first) throws SQLException {
        return firstRecord(connection, chain, first).isPresent() || isDiscontinuity(connection, chain, first);
    }

    /** The first record of a chain with a number of at least {@code first}. */
    public static Optional<ArchivedRecord> firstRecord(Connection connection, ChainName chain, long first)
            throws SQLException {
        var select = "SELECT * " + RECORDS_FROM + " ORDER BY seq LIMIT 1";
        return JdbcStatements.first(
                connection, select, EntryTables::archivedRecord, chain.channel(), chain.partition(), first);
    }

    /** True if a chain has a discontinuity with a number of at least {@code first}. */
    public static boolean isDiscontinuity(Connection connection, ChainName chain, long first) throws SQLException {
        var select = "SELECT EXISTS (SELECT " + BREAKS_FROM + ")";
        return JdbcStatements.isTrue(connection, select, chain.channel(), chain.partition(), first);
    }

    /** The number of an entry before the first of a chain. */
    public static Optional<Long> beforeFirst(Connection connection, ChainName chain) throws SQLException {
        var select = "SELECT seq FROM records WHERE channel = ? AND partition = ? AND seq < 0"
                + " UNION ALL SELECT seq FROM breaks WHERE channel = ? AND partition = ? AND seq < 0 LIMIT 1";
        return JdbcStatements.first(
                connection,
                select,
                row -> row.getLong(1),
                chain.channel(),
                chain.partition(),
                chain.channel(),
                chain.partition());
    }

    /** The number of a record, from {@code first} on, that is not of an incarnation. */
    public static Optional<Long> ofAnother(Connection connection, ChainName chain, long first, int life, UUID topicId)
            throws SQLException {
        var select = "SELECT seq " + RECORDS_FROM + " AND (life <> ? OR topic_id <> ?) ORDER BY seq LIMIT 1";
        return JdbcStatements.first(
                connection, select, row -> row.getLong(1), chain.channel(), chain.partition(), first, life, topicId);
    }

    public static Optional<Discontinuity> lastDiscontinuity(Connection connection, ChainName chain, Instant since)
            throws SQLException {
        var select = BREAKS + " AND found_ms >= ? ORDER BY seq DESC LIMIT 1";
        return JdbcStatements.first(
                connection,
                select,
                EntryTables::discontinuity,
                chain.channel(),
                chain.partition(),
                since.toEpochMilli());
    }

    public static void insert(Connection connection, Discontinuity discontinuity) throws SQLException {
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

    private static Discontinuity discontinuity(ResultSet row) throws SQLException {
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
