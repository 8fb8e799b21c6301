package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import millrace.audit.chain.Segment;

/** The rows of closed segments. */
@ApplicationScoped
public class Segments {
    private static final String INSERT = """
            INSERT INTO segments (channel, partition, segment, life, first_seq, next_seq, from_offset, to_offset, head,
                checkpoint, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    public void insert(Connection connection, List<Segment> segments) throws SQLException {
        for (var segment : segments) {
            Sql.execute(connection, INSERT, values(segment));
        }
    }

    public Optional<Segment> last(Connection connection, String channel, int partition) throws SQLException {
        var select = "SELECT * FROM segments WHERE channel = ? AND partition = ? ORDER BY segment DESC LIMIT 1";
        return Sql.query(connection, select, Segments::of, channel, partition).stream()
                .findFirst();
    }

    /** In order, from a number on. */
    public List<Segment> from(Connection connection, String channel, int partition, long first, int most)
            throws SQLException {
        var select = "SELECT * FROM segments WHERE channel = ? AND partition = ? AND segment >= ? ORDER BY segment"
                + " LIMIT " + most;
        return Sql.query(connection, select, Segments::of, channel, partition, first);
    }

    private static Object[] values(Segment segment) {
        return new Object[] {
            segment.channel(),
            segment.partition(),
            segment.segment(),
            segment.life(),
            segment.firstSeq(),
            segment.nextSeq(),
            segment.fromOffset(),
            segment.toOffset(),
            segment.head(),
            segment.checkpoint(),
            segment.signature()
        };
    }

    public static Segment of(ResultSet row) throws SQLException {
        return new Segment(
                row.getString("channel"),
                row.getInt("partition"),
                row.getLong("segment"),
                row.getInt("life"),
                row.getLong("first_seq"),
                row.getLong("next_seq"),
                row.getLong("from_offset"),
                row.getLong("to_offset"),
                row.getBytes("head"),
                row.getBytes("checkpoint"),
                row.getBytes("signature"));
    }
}
