package millrace.audit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.table.ChainName;
import millrace.audit.table.JdbcStatements;

/**
 * The archived position of each partition, one row for each. The row is also the fence: only the process that moves it
 * from the expected position may append the records after it.
 */
public final class Positions {
    private static final String WHERE =
            " WHERE channel = ? AND partition = ? AND life = ? AND next_offset = ? AND next_seq = ?";
    private static final String LOCK = "SELECT FROM positions" + WHERE + " FOR UPDATE";
    private static final String MOVE = """
            UPDATE positions SET life = ?, topic_id = ?, first_offset = ?, next_offset = ?, leader_epoch = ?,
                next_seq = ?, records = records + ?, breaks = breaks + ?,
                first_ms = least(first_ms, ?), last_ms = greatest(last_ms, ?)
            """ + WHERE;

    private Positions() {}

    public static Optional<Position> find(Connection connection, ChainName chain) throws SQLException {
        var select = "SELECT * FROM positions WHERE channel = ? AND partition = ?";
        return JdbcStatements.first(connection, select, Positions::position, chain.channel(), chain.partition());
    }

    private static Position position(ResultSet row) throws SQLException {
        return new Position(
                row.getInt("life"),
                row.getObject("topic_id", UUID.class),
                row.getLong("first_offset"),
                row.getLong("next_offset"),
                row.getObject("leader_epoch", Integer.class),
                row.getLong("next_seq"));
    }

    static List<PartitionStatus> status(Connection connection) throws SQLException {
        return JdbcStatements.query(
                connection, "SELECT * FROM positions ORDER BY channel, partition", PartitionStatus::of);
    }

    /** @return false if another process has created it */
    static boolean begin(Connection connection, ChainName chain, Position start) throws SQLException {
        var insert = """
                INSERT INTO positions (channel, partition, life, topic_id, first_offset, next_offset, next_seq)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";
        var inserted = JdbcStatements.execute(
                connection,
                insert,
                chain.channel(),
                chain.partition(),
                start.life(),
                start.topicId(),
                start.firstOffset(),
                start.nextOffset(),
                start.nextSeq());
        return inserted == 1;
    }

    /**
     * Locks the row before records are written, so that a second process fails here, without other errors.
     *
     * @throws PositionMoved if the chain is not at the expected position
     */
    static void lock(Connection connection, ChainName chain, Position expected) throws SQLException {
        var locked = JdbcStatements.first(
                connection,
                LOCK,
                row -> true,
                chain.channel(),
                chain.partition(),
                expected.life(),
                expected.nextOffset(),
                expected.nextSeq());
        if (locked.isEmpty()) {
            throw new PositionMoved(chain, expected.nextOffset());
        }
    }

    /**
     * Moves the position behind new records.
     *
     * @param times timestamps of the records
     * @throws PositionMoved if the chain was not at the position {@code from}
     */
    static void move(Connection connection, ChainName chain, Position from, Position to, LongSummaryStatistics times)
            throws SQLException {
        move(connection, chain, from, to, times, 0);
    }

    /** Moves the position behind a new discontinuity. @throws PositionMoved if it was not at the position {@code from} */
    public static void move(Connection connection, ChainName chain, Position from, Position to) throws SQLException {
        move(connection, chain, from, to, new LongSummaryStatistics(), 1);
    }

    private static void move(
            Connection connection, ChainName chain, Position from, Position to, LongSummaryStatistics times, int breaks)
            throws SQLException {
        var moved = JdbcStatements.execute(
                connection,
                MOVE,
                to.life(),
                to.topicId(),
                to.firstOffset(),
                to.nextOffset(),
                to.leaderEpoch(),
                to.nextSeq(),
                times.getCount(),
                breaks,
                times.getCount() == 0 ? null : times.getMin(),
                times.getCount() == 0 ? null : times.getMax(),
                chain.channel(),
                chain.partition(),
                from.life(),
                from.nextOffset(),
                from.nextSeq());
        if (moved == 0) {
            throw new PositionMoved(chain, from.nextOffset());
        }
    }
}
