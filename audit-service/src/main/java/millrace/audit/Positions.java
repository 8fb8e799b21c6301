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
import millrace.audit.table.Sql;

/**
 * How far each partition is archived: a row for each. The row is the fence too: who moves it on from where it was may
 * keep the records behind, and nobody else.
 */
@ApplicationScoped
public class Positions {
    private static final String WHERE =
            " WHERE channel = ? AND partition = ? AND life = ? AND next_offset = ? AND next_seq = ? AND head = ?";

    private static final String HOLD = "SELECT FROM positions" + WHERE + " FOR UPDATE";

    private static final String MOVE = """
            UPDATE positions SET life = ?, topic_id = ?, first_offset = ?, next_offset = ?, leader_epoch = ?,
                next_seq = ?, head = ?, published = greatest(published, ?), records = records + ?, breaks = breaks + ?,
                first_ms = least(first_ms, ?), last_ms = greatest(last_ms, ?)
            """ + WHERE;

    /**
     * A chain that went on.
     *
     * @param from where it stood before
     * @param times of the records that were added to it, besides breaks
     */
    record Move(Chain chain, Position from, LongSummaryStatistics times, long breaks) {
        /** One to which no record was added. */
        Move(Chain chain, Position from, long breaks) {
            this(chain, from, new LongSummaryStatistics(), breaks);
        }
    }

    /** A row, and up to where its checkpoints are published. */
    public record Found(Position position, long published) {
        private static Found of(ResultSet row) throws SQLException {
            var position = new Position(
                    row.getInt("life"),
                    row.getObject("topic_id", UUID.class),
                    row.getLong("first_offset"),
                    row.getLong("next_offset"),
                    row.getObject("leader_epoch", Integer.class),
                    row.getLong("next_seq"),
                    row.getBytes("head"));
            return new Found(position, row.getLong("published"));
        }
    }

    public Optional<Found> find(Connection connection, String channel, int partition) throws SQLException {
        var select = "SELECT * FROM positions WHERE channel = ? AND partition = ?";
        return Sql.query(connection, select, Found::of, channel, partition).stream()
                .findFirst();
    }

    List<PartitionStatus> status(Connection connection) throws SQLException {
        return Sql.query(connection, "SELECT * FROM positions ORDER BY channel, partition", PartitionStatus::of);
    }

    /** False where somebody else has begun it. */
    boolean begin(Connection connection, String channel, int partition, Position start) throws SQLException {
        var insert = """
                INSERT INTO positions (channel, partition, life, topic_id, first_offset, next_offset, next_seq, head)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";
        return Sql.execute(
                        connection,
                        insert,
                        channel,
                        partition,
                        start.life(),
                        start.topicId(),
                        start.firstOffset(),
                        start.nextOffset(),
                        start.nextSeq(),
                        start.head())
                == 1;
    }

    /**
     * Takes the rows before anything is written behind them, so that a second process is told so and nothing else.
     *
     * @throws PositionMoved where a chain does not stand where it is to go on from
     */
    void hold(Connection connection, List<Move> moves) throws SQLException {
        for (var move : moves) {
            if (Sql.query(connection, HOLD, row -> true, place(move)).isEmpty()) {
                throw new PositionMoved(move.chain().partition(), move.from().nextOffset());
            }
        }
    }

    /** @throws PositionMoved where a chain did not stand where it was to go on from */
    void move(Connection connection, List<Move> moves) throws SQLException {
        for (var move : moves) {
            if (Sql.execute(connection, MOVE, values(move)) == 0) {
                throw new PositionMoved(move.chain().partition(), move.from().nextOffset());
            }
        }
        moves.forEach(move -> move.chain().unpublished().recorded());
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
            to.head(),
            move.chain().unpublished().mark(),
            times.getCount(),
            move.breaks(),
            times.getCount() == 0 ? null : times.getMin(),
            times.getCount() == 0 ? null : times.getMax()
        };
        return Stream.of(set, place(move)).flatMap(Stream::of).toArray();
    }

    private static Object[] place(Move move) {
        var from = move.from();
        return new Object[] {
            move.chain().channel(),
            move.chain().partition().partition(),
            from.life(),
            from.nextOffset(),
            from.nextSeq(),
            from.head()
        };
    }
}
