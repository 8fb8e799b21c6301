package millrace.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * The state of the archive of a partition.
 *
 * @param life incarnation of the topic, from 1: a new one begins when it was recreated or truncated
 * @param records number of archived records of all incarnations
 * @param breaks number of discontinuities; each is an entry of the chain
 * @param firstOffset first archived offset of the incarnation
 * @param position the next offset to archive
 * @param endOffset end offset on the broker; {@code null} if it does not answer
 * @param firstTime earliest timestamp of a record; {@code null} if there is none
 * @param lastTime latest timestamp of a record; {@code null} if there is none
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
