package millrace.template;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import millrace.events.Counted;
import millrace.events.Counted.Role;

/**
 * Totals for the channel {@code ledger}, in a transaction of the connection: numbers of records that were read or
 * written, by channel, partition and minute. They outlive the process, so that each record counts once.
 */
final class TemplateLedger implements AutoCloseable {
    /** Retention of the channels, and of their totals. */
    private static final Duration KEPT = Duration.ofDays(7);

    /** A timestamp further in the future is not counted: a sender could fill the table with such minutes. */
    private static final Duration FUTURE = Duration.ofHours(1);

    private static final String ADD = """
            INSERT INTO counts AS known (minute, role, channel, partition, records, next_offset, published)
            VALUES (?, ?, ?, ?, 1, ?, false)
            ON CONFLICT (minute, role, channel, partition) DO UPDATE
            SET records = known.records + 1, next_offset = excluded.next_offset, published = false""";

    private static final String EXPIRE = "DELETE FROM counts WHERE minute < ?";

    private static final String TAKE = """
            WITH taken AS (UPDATE counts SET published = true WHERE NOT published RETURNING *)
            SELECT * FROM taken ORDER BY minute, role, channel, partition""";

    private final PreparedStatement add;
    private final Instant now = Instant.now();

    TemplateLedger(Connection connection) throws SQLException {
        this.add = connection.prepareStatement(ADD);
    }

    /** Adds a record; {@link #store} writes all that were added. */
    void add(Role role, String channel, int partition, long offset, long timestamp) throws SQLException {
        var minute = Instant.ofEpochMilli(timestamp).truncatedTo(ChronoUnit.MINUTES);
        if (minute.isAfter(now.minus(KEPT)) && minute.isBefore(now.plus(FUTURE))) {
            add.setObject(1, time(minute));
            add.setString(2, role.name());
            add.setString(3, channel);
            add.setInt(4, partition);
            add.setLong(5, offset + 1);
            add.addBatch();
        }
    }

    void store() throws SQLException {
        add.executeBatch();
    }

    @Override
    public void close() throws SQLException {
        add.close();
    }

    /**
     * Returns the totals that have changed, and marks them as published: the caller commits once they are. Minutes that
     * the channels no longer have are deleted.
     */
    static List<Counted> takeChanged(Connection connection, String by) throws SQLException {
        try (var expire = connection.prepareStatement(EXPIRE);
                var take = connection.prepareStatement(TAKE)) {
            expire.setObject(1, time(Instant.now().minus(KEPT)));
            expire.executeUpdate();
            var totals = new ArrayList<Counted>();
            try (var row = take.executeQuery()) {
                while (row.next()) {
                    var channel = row.getString("channel");
                    var partition = row.getInt("partition");
                    var minute = row.getObject("minute", OffsetDateTime.class).toInstant();
                    var records = row.getLong("records");
                    totals.add(
                            Role.valueOf(row.getString("role")) == Role.READ
                                    ? Counted.read(
                                            by,
                                            channel,
                                            partition,
                                            minute,
                                            Map.of(Counted.APPLIED, records),
                                            row.getLong("next_offset"))
                                    : Counted.wrote(
                                            by, channel, partition, minute, Map.of(Counted.ACKNOWLEDGED, records)));
                }
            }
            return totals;
        }
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
