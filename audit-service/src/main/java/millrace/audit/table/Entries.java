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
import millrace.audit.chain.Break;
import millrace.audit.chain.Entry;
import millrace.audit.chain.KeptRecord;

/** The entries of chains, read from the database as they are there: records and breaks by their number. */
@ApplicationScoped
public class Entries {
    private static final String WHERE = " WHERE channel = ? AND partition = ? AND seq >= ? AND seq < ? ORDER BY seq";

    /** {@code [first, next)} of a chain; all of it is held in memory. */
    public List<Entry> read(Connection connection, String channel, int partition, long first, long next)
            throws SQLException {
        var entries = new ArrayList<Entry>(
                Sql.query(connection, "SELECT * FROM records" + WHERE, Entries::kept, channel, partition, first, next));
        entries.addAll(
                Sql.query(connection, "SELECT * FROM breaks" + WHERE, Entries::gone, channel, partition, first, next));
        entries.sort(Comparator.comparingLong(Entry::seq));
        return entries;
    }

    /** Whether a chain has entries from a number on. */
    public boolean isAny(Connection connection, String channel, int partition, long first) throws SQLException {
        var select = "SELECT EXISTS (SELECT FROM records WHERE channel = ? AND partition = ? AND seq >= ?)"
                + " OR EXISTS (SELECT FROM breaks WHERE channel = ? AND partition = ? AND seq >= ?)";
        return Sql.query(
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

    public Optional<Break> lastBreak(Connection connection, String channel, int partition, Instant since)
            throws SQLException {
        var select = "SELECT * FROM breaks WHERE channel = ? AND partition = ? AND found_ms >= ?"
                + " ORDER BY seq DESC LIMIT 1";
        return Sql.query(connection, select, Entries::gone, channel, partition, since.toEpochMilli()).stream()
                .findFirst();
    }

    public void insert(Connection connection, Break gone) throws SQLException {
        var insert = """
                INSERT INTO breaks (channel, partition, seq, life, kind, from_offset, to_offset, topic_id, found_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";
        Sql.execute(
                connection,
                insert,
                gone.channel(),
                gone.partition(),
                gone.seq(),
                gone.life(),
                gone.kind().text(),
                gone.fromOffset(),
                gone.toOffset(),
                gone.topicId(),
                gone.foundMs());
    }

    public static KeptRecord kept(ResultSet row) throws SQLException {
        return new KeptRecord(
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

    public static Break gone(ResultSet row) throws SQLException {
        return new Break(
                row.getString("channel"),
                row.getInt("partition"),
                row.getLong("seq"),
                row.getInt("life"),
                Break.Kind.of(row.getString("kind")),
                row.getLong("from_offset"),
                row.getLong("to_offset"),
                row.getObject("topic_id", UUID.class),
                row.getLong("found_ms"));
    }

    private static byte[][] bytes(Array array) throws SQLException {
        return (byte[][]) array.getArray();
    }
}
