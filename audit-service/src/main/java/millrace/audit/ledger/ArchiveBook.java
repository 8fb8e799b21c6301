package millrace.audit.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Counts of archived records, and the positions of the archive. */
final class ArchiveBook {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final int ANSWER_WITHIN_SECONDS = 25;

    private static final String COUNTS = """
            SELECT channel, timestamp_ms / 60000, count(*) FROM records
            WHERE channel = ANY (?) AND timestamp_ms >= ? AND timestamp_ms < ?
            GROUP BY 1, 2""";

    private static final String POSITIONS = "SELECT channel, partition, next_offset FROM positions";

    private final Map<ChannelMinute, Long> counts = new HashMap<>();
    private final Map<String, Long> next = new HashMap<>();

    /**
     * Reads positions before counts, so that records that are archived meanwhile count as behind.
     *
     * @param connection with the schema of the archive
     */
    static ArchiveBook read(Connection connection, LedgerQuery query) throws SQLException {
        var book = new ArchiveBook();
        book.readPositions(connection);
        book.readCounts(connection, query);
        return book;
    }

    Collection<ChannelMinute> channelMinutes() {
        return counts.keySet();
    }

    long archived(ChannelMinute key) {
        return counts.getOrDefault(key, 0L);
    }

    /** A sentence about a partition that is not archived up to these offsets; empty if there is none. */
    Optional<String> behind(String channel, Map<Integer, Long> last) {
        return last.entrySet().stream()
                .filter(offset -> next.getOrDefault(partition(channel, offset.getKey()), 0L) <= offset.getValue())
                .map(offset -> "%s is not archived up to offset %d"
                        .formatted(partition(channel, offset.getKey()), offset.getValue()))
                .findFirst();
    }

    private void readPositions(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(POSITIONS)) {
            select.setQueryTimeout(ANSWER_WITHIN_SECONDS);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    next.put(partition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
                }
            }
        }
    }

    private void readCounts(Connection connection, LedgerQuery query) throws SQLException {
        try (var select = connection.prepareStatement(COUNTS)) {
            select.setQueryTimeout(ANSWER_WITHIN_SECONDS);
            select.setArray(1, connection.createArrayOf("text", query.names().toArray()));
            select.setLong(2, query.from().toEpochMilli());
            select.setLong(3, query.to().toEpochMilli());
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var minute = Instant.ofEpochMilli(rows.getLong(2) * MINUTE);
                    counts.put(new ChannelMinute(rows.getString(1), minute), rows.getLong(3));
                }
            }
        }
    }

    private static String partition(String channel, int number) {
        return channel + "-" + number;
    }
}
