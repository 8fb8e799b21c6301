package millrace.audit.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import millrace.audit.table.JdbcStatements;
import millrace.events.Catalogue;
import millrace.events.Counted;

/** Counts the archived records. The archive itself is the evidence, so its reader publishes no totals. */
final class ArchiveCounts {
    /** The name by which the archive counts as a reader. */
    static final String READER = Catalogue.process("audit-service");

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final int ANSWER_WITHIN_SECONDS = 25;

    /** One statement, so that positions and counts are those of one moment. */
    private static final String COUNTS = """
            SELECT channel, partition, next_offset, minute, number
            FROM positions LEFT JOIN
                (SELECT channel, partition, timestamp_ms / 60000 AS minute, count(*) AS number FROM records
                 WHERE channel = ANY (?) AND timestamp_ms >= ? AND timestamp_ms < ?
                 GROUP BY 1, 2, 3) AS counted USING (channel, partition)
            WHERE channel = ANY (?)""";

    private ArchiveCounts() {}

    /**
     * Adds the totals of the archive to the book.
     *
     * @param connection with the schema of the archive
     */
    static void read(Connection connection, LedgerQuery query, LedgerBook book) throws SQLException {
        try (var select = connection.prepareStatement(COUNTS)) {
            var channels = query.names().toArray(String[]::new);
            select.setQueryTimeout(ANSWER_WITHIN_SECONDS);
            JdbcStatements.set(
                    select, channels, query.from().toEpochMilli(), query.to().toEpochMilli(), channels);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var minute = rows.getLong("minute");
                    var isPosition = rows.wasNull();
                    book.add(Counted.read(
                            READER,
                            rows.getString("channel"),
                            rows.getInt("partition"),
                            isPosition ? query.from() : Instant.ofEpochMilli(minute * MINUTE),
                            isPosition ? Map.of() : Map.of(Counted.ARCHIVED, rows.getLong("number")),
                            rows.getLong("next_offset")));
                }
            }
        }
    }
}
