package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import millrace.audit.table.JdbcStatements;

/**
 * The archived position of each partition, one row for each. The row is also the fence: only the process that moves it
 * from the expected position may append the records after it.
 */
@ApplicationScoped
public class Positions {
    private static final String WHERE =
            " WHERE channel = ? AND partition = ? AND life = ? AND next_offset = ? AND next_seq = ?";

    private static final String LOCK = "SELECT FROM positions" + WHERE + " FOR UPDATE";

    private static final String MOVE = """
            UPDATE positions SET life = ?, topic_id = ?, first_offset = ?, next_offset = ?, leader_epoch = ?,
                next_seq = ?, records = records + ?, breaks = breaks + ?,
                first_ms = least(first_ms, ?), last_ms = greatest(last_ms, ?)
            """ + WHERE;

    /**
     * The change of a chain's position.
     *
     * @param from the position before
     * @param times timestamps of the appended records
     * @param breaks number of appended discontinuities
     */
    record Move(Chain chain, Position from, LongSummaryStatistics times, long breaks) {
        /** A change without new records. */
        Move(Chain chain, Position from, long breaks) {
            this(chain, from, new LongSummaryStatistics(), breaks);
        }
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

    public Optional<Position> find(Connection connection, String channel, int partition) throws SQLException {
        var select = "SELECT * FROM positions WHERE channel = ? AND partition = ?";
        return JdbcStatements.query(connection, select, Positions::position, channel, partition).stream()
                .findFirst();
    }

    List<PartitionStatus> status(Connection connection) throws SQLException {
        return JdbcStatements.query(
                connection, "SELECT * FROM positions ORDER BY channel, partition", PartitionStatus::of);
    }

    /** @return false if another process has created it */
    boolean begin(Connection connection, String channel, int partition, Position start) throws SQLException {
        var insert = """
                INSERT INTO positions (channel, partition, life, topic_id, first_offset, next_offset, next_seq)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";
        return JdbcStatements.execute(
                        connection,
                        insert,
                        channel,
                        partition,
                        start.life(),
                        start.topicId(),
                        start.firstOffset(),
                        start.nextOffset(),
                        start.nextSeq())
                == 1;
    }

    /**
     * Locks the rows before records are written, so that a second process fails here, without other errors.
     *
     * @throws PositionMoved if a chain is not at its expected position
     */
    void lock(Connection connection, List<Move> moves) throws SQLException {
        for (var move : moves) {
            if (JdbcStatements.query(connection, LOCK, row -> true, expectedRow(move))
                    .isEmpty()) {
                throw new PositionMoved(move.chain().partition(), move.from().nextOffset());
            }
        }
    }

    /** @throws PositionMoved if a chain was not at its expected position */
    void move(Connection connection, List<Move> moves) throws SQLException {
        for (var move : moves) {
            if (JdbcStatements.execute(connection, MOVE, values(move)) == 0) {
                throw new PositionMoved(move.chain().partition(), move.from().nextOffset());
            }
        }
    }

    private static Object[] values(Move move) {
        var to = move.chain().position();
        var times = move.times();
        var set = new Object[] {
            to.life(),
            to.topicId(),
            to.firstOffset(),
            to.nextOffset(),
            to.leaderEpoch(),
            to.nextSeq(),
            times.getCount(),
            move.breaks(),
            times.getCount() == 0 ? null : times.getMin(),
            times.getCount() == 0 ? null : times.getMax()
        };
        return Stream.of(set, expectedRow(move)).flatMap(Stream::of).toArray();
    }

    private static Object[] expectedRow(Move move) {
        var from = move.from();
        return new Object[] {
            move.chain().channel(), move.chain().partition().partition(), from.life(), from.nextOffset(), from.nextSeq()
        };
    }
}
