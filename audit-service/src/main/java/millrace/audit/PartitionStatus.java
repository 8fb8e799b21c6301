package millrace.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * How far a partition is archived.
 *
 * @param life of the topic: offsets begin anew where it was made again or cut off
 * @param records how many are kept, of all lives
 * @param breaks how often the archive could not go on as before: each is an entry of its chain
 * @param firstOffset where the archive begins
 * @param position the next offset to archive
 * @param endOffset the next offset that the broker will give; {@code null} where it does not answer
 * @param firstTime earliest timestamp of a record; {@code null} where none is kept
 * @param lastTime latest
 */
public record PartitionStatus(
        String channel,
        int partition,
        int life,
        long records,
        long breaks,
        long firstOffset,
        long position,
        Long endOffset,
        Instant firstTime,
        Instant lastTime) {
    static PartitionStatus of(ResultSet row) throws SQLException {
        return new PartitionStatus(
                row.getString("channel"),
                row.getInt("partition"),
                row.getInt("life"),
                row.getLong("records"),
                row.getLong("breaks"),
                row.getLong("first_offset"),
                row.getLong("next_offset"),
                null,
                time(row.getObject("first_ms", Long.class)),
                time(row.getObject("last_ms", Long.class)));
    }

    PartitionStatus withEndOffset(Long end) {
        return new PartitionStatus(
                channel, partition, life, records, breaks, firstOffset, position, end, firstTime, lastTime);
    }

    private static Instant time(Long milliseconds) {
        return milliseconds == null ? null : Instant.ofEpochMilli(milliseconds);
    }
}
