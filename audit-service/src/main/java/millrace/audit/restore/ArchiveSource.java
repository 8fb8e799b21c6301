package millrace.audit.restore;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import millrace.audit.seal.RecordDecryption;

/**
 * Reads the archived records of a channel with timestamps in a range. For one thread with a connection of its own; a
 * transaction reads at most {@link #CHUNK} entries.
 */
public final class ArchiveSource {
    /** Entries of a chain that one transaction reads. */
    static final int CHUNK = 1000;

    private static final int OTHER_ENDS_WITHIN_SECONDS = 5;

    /** Error code of PostgreSQL's documentation, appendix A. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String IN_SPAN = "channel = ? AND timestamp_ms >= ? AND timestamp_ms < ?";

    private static final String PARTS = """
        WITH part AS (SELECT partition, count(*) AS records, min(seq) AS first_seq, max(seq) AS last_seq,
                min(timestamp_ms) AS oldest_ms
            FROM records WHERE %s GROUP BY partition)
        SELECT part.*, last.record_offset FROM part JOIN records last
            ON last.channel = ? AND last.partition = part.partition AND last.seq = part.last_seq
        ORDER BY partition\
        """.formatted(IN_SPAN);

    private final Connection connection;
    private final String channel;
    private final long fromMs;
    private final long toMs;
    private final RecordDecryption decryption;

    /** @param to exclusive; an empty end is open */
    public ArchiveSource(
            Connection connection,
            String channel,
            Optional<Instant> from,
            Optional<Instant> to,
            RecordDecryption decryption) {
        this.connection = connection;
        this.channel = channel;
        this.fromMs = from.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
        this.toMs = to.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
        this.decryption = decryption;
    }

    public String channel() {
        return channel;
    }

    /**
     * Locks a replay for this connection, so that one process at a time restores it. Waits 5 s for another process.
     *
     * @throws CannotRestore if another process has the lock
     */
    void lock(String replayId) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_advisory_lock(hashtextextended(?, 0))")) {
            connection.setAutoCommit(false);
            try (var limit = connection.createStatement()) {
                limit.execute("SET LOCAL lock_timeout = '" + OTHER_ENDS_WITHIN_SECONDS + "s'");
            }
            statement.setString(1, "replay " + replayId);
            statement.execute();
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new CannotRestore("Another process is restoring this already, as replay " + replayId + ".", e);
            }
            throw e;
        } finally {
            connection.rollback();
        }
    }

    /** The partitions that have records in the range at this moment. */
    public List<RestorePartition> parts() throws SQLException {
        return inTransaction(PARTS, statement -> {
            statement.setString(4, channel);
            var parts = new ArrayList<RestorePartition>();
            var rows = statement.executeQuery();
            while (rows.next()) {
                parts.add(new RestorePartition(
                        rows.getInt("partition"),
                        rows.getLong("records"),
                        rows.getLong("first_seq"),
                        rows.getLong("last_seq"),
                        rows.getLong("record_offset") + 1,
                        Instant.ofEpochMilli(rows.getLong("oldest_ms"))));
            }
            return parts;
        });
    }

    /** The number in the chain of a restored record; its timestamp selects the rows by an index. */
    OptionalLong seq(ArchiveOrigin origin, long timestampMs) throws SQLException {
        var select = "SELECT seq FROM records WHERE " + IN_SPAN
                + " AND timestamp_ms = ? AND partition = ? AND life = ? AND record_offset = ?";
        return inTransaction(select, statement -> {
            statement.setLong(4, timestampMs);
            statement.setInt(5, origin.partition());
            statement.setInt(6, origin.life());
            statement.setLong(7, origin.offset());
            var row = statement.executeQuery();
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        });
    }

    /** Number of records in the range up to an entry of the chain. */
    long upTo(int partition, long seq) throws SQLException {
        var select = "SELECT count(*) FROM records WHERE " + IN_SPAN + " AND partition = ? AND seq <= ?";
        return inTransaction(select, statement -> {
            statement.setInt(4, partition);
            statement.setLong(5, seq);
            var row = statement.executeQuery();
            row.next();
            return row.getLong(1);
        });
    }

    /** Passes the records of {@code (afterSeq, toSeq]} to a handler, in the order of the chain. */
    void read(int partition, long afterSeq, long toSeq, DecryptedRecordReader.Taker taker)
            throws SQLException, IOException {
        var select =
                "SELECT * FROM records WHERE " + IN_SPAN + " AND partition = ? AND seq > ? AND seq <= ? ORDER BY seq";
        inTransaction(select, statement -> {
            statement.setInt(4, partition);
            statement.setLong(5, afterSeq);
            statement.setLong(6, toSeq);
            DecryptedRecordReader.read(statement, decryption, taker);
            return null;
        });
    }

    private interface Query<T, E extends Exception> {
        T on(PreparedStatement statement) throws SQLException, E;
    }

    private <T, E extends Exception> T inTransaction(String sql, Query<T, E> query) throws SQLException, E {
        connection.setAutoCommit(false);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, channel);
            statement.setLong(2, fromMs);
            statement.setLong(3, toMs);
            return query.on(statement);
        } finally {
            connection.rollback();
        }
    }
}
