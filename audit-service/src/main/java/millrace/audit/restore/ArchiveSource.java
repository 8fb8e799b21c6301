package millrace.audit.restore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.audit.seal.RecordDecryption;
import millrace.audit.table.JdbcStatements;

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
        SELECT partition, count(*) AS records, min(seq) AS first_seq, max(seq) AS last_seq, min(timestamp_ms) AS oldest_ms
        FROM records WHERE %s GROUP BY partition ORDER BY partition\
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
        var lock = "SELECT pg_advisory_lock(hashtextextended(?, 0))";
        try {
            inTransaction(() -> {
                JdbcStatements.execute(connection, "SET LOCAL lock_timeout = '" + OTHER_ENDS_WITHIN_SECONDS + "s'");
                return JdbcStatements.query(connection, lock, row -> true, "replay " + replayId);
            });
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new CannotRestore("Another process is restoring this already, as replay " + replayId + ".", e);
            }
            throw e;
        }
    }

    /** The partitions that have records in the range at this moment. */
    public List<RestorePartition> parts() throws SQLException {
        return query(
                PARTS,
                row -> new RestorePartition(
                        row.getInt("partition"),
                        row.getLong("records"),
                        row.getLong("first_seq"),
                        row.getLong("last_seq"),
                        Instant.ofEpochMilli(row.getLong("oldest_ms"))));
    }

    /** The number in the chain of a restored record; its timestamp selects the rows by an index. */
    Optional<Long> seq(ArchiveOrigin origin, long timestampMs) throws SQLException {
        var select = "SELECT seq FROM records WHERE " + IN_SPAN
                + " AND timestamp_ms = ? AND partition = ? AND life = ? AND record_offset = ?";
        return query(select, row -> row.getLong(1), timestampMs, origin.partition(), origin.life(), origin.offset())
                .stream()
                .findFirst();
    }

    /** Number of records in the range up to an entry of the chain. */
    long upTo(int partition, long seq) throws SQLException {
        var select = "SELECT count(*) FROM records WHERE " + IN_SPAN + " AND partition = ? AND seq <= ?";
        return query(select, row -> row.getLong(1), partition, seq).getFirst();
    }

    /** Passes the records of {@code (afterSeq, toSeq]} to a handler, in the order of the chain. */
    void read(int partition, long afterSeq, long toSeq, DecryptedRecordReader.Taker<RuntimeException> taker)
            throws SQLException {
        var select =
                "SELECT * FROM records WHERE " + IN_SPAN + " AND partition = ? AND seq > ? AND seq <= ? ORDER BY seq";
        inTransaction(() -> {
            try (var statement = connection.prepareStatement(select)) {
                JdbcStatements.set(statement, channel, fromMs, toMs, partition, afterSeq, toSeq);
                DecryptedRecordReader.read(statement, decryption, taker);
                return null;
            }
        });
    }

    /** @param more values behind those of {@link #IN_SPAN} */
    private <T> List<T> query(String select, JdbcStatements.RowReader<T> reader, Object... more) throws SQLException {
        var values =
                Stream.concat(Stream.of(channel, fromMs, toMs), Stream.of(more)).toArray();
        return inTransaction(() -> JdbcStatements.query(connection, select, reader, values));
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            return work.run();
        } finally {
            connection.rollback();
        }
    }
}
