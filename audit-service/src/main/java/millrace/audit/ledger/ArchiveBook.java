package millrace.audit.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the archive holds, and how far it is. */
final class ArchiveBook {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final int ANSWER_WITHIN_SECONDS = 25;

    private static final String COUNTS = """
            SELECT channel, timestamp_ms / 60000, count(*) FROM records
            WHERE channel = ANY (?) AND timestamp_ms >= ? AND timestamp_ms < ?
            GROUP BY 1, 2""";

    private static final String POSITIONS = "SELECT channel, partition, next_offset FROM positions";

    private final Map<Place, Long> counts = new HashMap<>();
    private final Map<String, Long> next = new HashMap<>();

    /** @param connection with the schema of the archive; in this order, because what is archived meanwhile is then behind */
    static ArchiveBook read(Connection connection, Question question) throws SQLException {
        var book = new ArchiveBook();
        book.readPositions(connection);
        book.readCounts(connection, question);
        return book;
    }

    Collection<Place> places() {
        return counts.keySet();
    }

    long archived(Place place) {
        return counts.getOrDefault(place, 0L);
    }

    /** A partition that is not archived as far as these offsets. */
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

    private void readCounts(Connection connection, Question question) throws SQLException {
        try (var select = connection.prepareStatement(COUNTS)) {
            select.setQueryTimeout(ANSWER_WITHIN_SECONDS);
            select.setArray(1, connection.createArrayOf("text", question.names().toArray()));
            select.setLong(2, question.from().toEpochMilli());
            select.setLong(3, question.to().toEpochMilli());
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var minute = Instant.ofEpochMilli(rows.getLong(2) * MINUTE);
                    counts.put(new Place(rows.getString(1), minute), rows.getLong(3));
                }
            }
        }
    }

    private static String partition(String channel, int number) {
        return channel + "-" + number;
    }
}
