package millrace.audit.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.UUID;
import millrace.audit.table.ArchivedRecord;

/** Inserts records into the archive without a broker. */
public final class ArchiveFixture {
    private static final UUID TOPIC = new UUID(1, 1);

    private static final String INSERT = """
        INSERT INTO audit.records (month, channel, partition, seq, life, record_offset, topic_id, timestamp_ms,
            timestamp_type, header_names, header_values, key, value, subject, trace)
        VALUES (date_trunc('month', current_date)::date, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """;

    private ArchiveFixture() {}

    /** Creates a record whose offset is its number in the chain, without headers. */
    public static ArchivedRecord row(
            String channel, int partition, long seq, long timestampMs, String key, String value) {
        return row(channel, partition, seq, timestampMs, key, value, new byte[0][], new byte[0][]);
    }

    public static ArchivedRecord row(
            String channel,
            int partition,
            long seq,
            long timestampMs,
            String key,
            String value,
            byte[][] names,
            byte[][] values) {
        return new ArchivedRecord(
                channel,
                partition,
                seq,
                1,
                seq,
                null,
                TOPIC,
                timestampMs,
                "CreateTime",
                names,
                values,
                bytes(key),
                bytes(value),
                null,
                null);
    }

    public static ArchivedRecord traced(ArchivedRecord row, UUID trace) {
        return new ArchivedRecord(
                row.channel(),
                row.partition(),
                row.seq(),
                row.life(),
                row.offset(),
                row.leaderEpoch(),
                row.topicId(),
                row.timestampMs(),
                row.timestampType(),
                row.headerNames(),
                row.headerValues(),
                row.key(),
                row.value(),
                row.subject(),
                trace);
    }

    public static void insert(Connection connection, List<ArchivedRecord> rows) throws SQLException {
        try (var month =
                connection.prepareStatement("SELECT audit.provide_month(date_trunc('month', current_date)::date)")) {
            month.execute();
        }
        try (var insert = connection.prepareStatement(INSERT)) {
            for (var row : rows) {
                set(connection, insert, row);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void set(Connection connection, java.sql.PreparedStatement insert, ArchivedRecord row)
            throws SQLException {
        insert.setString(1, row.channel());
        insert.setInt(2, row.partition());
        insert.setLong(3, row.seq());
        insert.setInt(4, row.life());
        insert.setLong(5, row.offset());
        insert.setObject(6, row.topicId());
        insert.setLong(7, row.timestampMs());
        insert.setString(8, row.timestampType());
        insert.setArray(9, connection.createArrayOf("bytea", row.headerNames()));
        insert.setArray(10, connection.createArrayOf("bytea", row.headerValues()));
        insert.setBytes(11, row.key());
        insert.setBytes(12, row.value());
        insert.setObject(13, row.subject(), Types.BIGINT);
        insert.setObject(14, row.trace(), Types.OTHER);
    }

    public static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }
}
