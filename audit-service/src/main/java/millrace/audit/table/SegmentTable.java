package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import millrace.audit.chain.ClosedSegment;

/** Reads and writes the table of closed segments. */
@ApplicationScoped
public class SegmentTable {
    private static final String INSERT = """
            INSERT INTO segments (channel, partition, segment, life, first_seq, next_seq, from_offset, to_offset, head,
                checkpoint, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    public void insert(Connection connection, List<ClosedSegment> segments) throws SQLException {
        for (var segment : segments) {
            JdbcStatements.execute(connection, INSERT, values(segment));
        }
    }

    public Optional<ClosedSegment> last(Connection connection, String channel, int partition) throws SQLException {
        var select = "SELECT * FROM segments WHERE channel = ? AND partition = ? ORDER BY segment DESC LIMIT 1";
        return JdbcStatements.query(connection, select, SegmentTable::of, channel, partition).stream()
                .findFirst();
    }

    /** Up to {@code most} segments with a number of at least {@code first}, in order. */
    public List<ClosedSegment> from(Connection connection, String channel, int partition, long first, int most)
            throws SQLException {
        var select = "SELECT * FROM segments WHERE channel = ? AND partition = ? AND segment >= ? ORDER BY segment"
                + " LIMIT " + most;
        return JdbcStatements.query(connection, select, SegmentTable::of, channel, partition, first);
    }

    private static Object[] values(ClosedSegment segment) {
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

    public static ClosedSegment of(ResultSet row) throws SQLException {
        return new ClosedSegment(
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
