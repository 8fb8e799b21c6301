package millrace.local.up;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import millrace.events.Json;
import millrace.local.DataDirectory;
import millrace.local.control.ControlException;
import millrace.local.control.ControlRoutes;
import org.postgresql.Driver;

/**
 * Changes one byte of an archived record in the database, as only the owner of the tables can, to show that a
 * verification names the record. What was there is in a file of the data before it is changed: the change can be undone
 * after a restart, too. One record is changed at a time.
 */
final class ArchiveTampering {
    private static final String FILE = "data/tampered.json";
    private static final String DEFAULT_CHANNEL = "orders";

    private final DataDirectory directory;
    private final String jdbcUrl;

    /**
     * A byte that was changed.
     *
     * @param column {@code value}, or {@code key} of a record without a value
     * @param position of the byte
     */
    record Tampering(
            String channel,
            int partition,
            long seq,
            long offset,
            String column,
            int position,
            int was,
            int became,
            Instant at) {}

    /** A record of the archive; the table is that of its month. */
    private record Row(
            String table, String channel, int partition, long seq, long offset, String column, byte[] bytes) {}

    ArchiveTampering(DataDirectory directory, String jdbcUrl) {
        this.directory = directory;
        this.jdbcUrl = jdbcUrl;
    }

    /** Adds its routes. */
    void addTo(ControlRoutes routes) {
        routes.add(
                        "GET",
                        "/archive/tampering",
                        call -> current().<Object>map(row -> row).orElse(Map.of()))
                .add(
                        "POST",
                        "/archive/tamper",
                        call -> tamper(
                                call.text("channel").orElse(DEFAULT_CHANNEL),
                                number(call, "partition").map(Math::toIntExact),
                                number(call, "offset")))
                .add("POST", "/archive/restore", call -> restore());
    }

    /**
     * Changes one byte of a record that a checkpoint covers.
     *
     * @param partition empty for any
     * @param offset empty for the last record that is signed
     * @throws ControlException 404 where there is no such record, 409 where one is changed already
     */
    synchronized Tampering tamper(String channel, Optional<Integer> partition, Optional<Long> offset) {
        if (current().isPresent()) {
            throw new ControlException(409, "conflict", "A record is changed already: restore it first.");
        }
        return inTransaction(database -> {
            var row = find(database, channel, partition, offset);
            var position = position(row.bytes());
            var was = row.bytes()[position] & 0xff;
            var tampering = new Tampering(
                    row.channel(),
                    row.partition(),
                    row.seq(),
                    row.offset(),
                    row.column(),
                    position,
                    was,
                    was ^ 1,
                    Instant.now().truncatedTo(ChronoUnit.SECONDS));
            directory.write(FILE, Json.text(tampering));
            change(database, row.table(), tampering, tampering.was(), tampering.became());
            return tampering;
        });
    }

    /**
     * Puts the byte back. A record that is gone, or that somebody else has put back, is left as it is.
     *
     * @throws ControlException 404 where none is changed
     */
    synchronized Tampering restore() {
        var tampering = current().orElseThrow(() -> ControlException.notFound("No record of the archive is changed."));
        inTransaction(database -> {
            for (var table : tables(database, tampering)) {
                change(database, table, tampering, tampering.became(), tampering.was());
            }
            return tampering;
        });
        directory.delete(FILE);
        return tampering;
    }

    /** The record that is changed; empty where none is. */
    synchronized Optional<Tampering> current() {
        var file = directory.resolve(FILE);
        try {
            return Files.exists(file)
                    ? Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), Tampering.class))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new ControlException(500, "internal_error", file + " has been changed: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static Optional<Long> number(ControlRoutes.Call call, String field) {
        return call.text(field).map(text -> {
            if (!text.matches("[0-9]{1,18}") || field.equals("partition") && text.length() > 9) {
                throw ControlException.badRequest(
                        "The field " + field + " has to be a whole number, not \"" + text + "\".");
            }
            return Long.parseLong(text);
        });
    }

    private static Row find(Connection database, String channel, Optional<Integer> partition, Optional<Long> offset)
            throws SQLException {
        // A record of a closed segment: of the last one, or of the one with the offset.
        var select = """
                WITH segment AS (SELECT channel, partition, first_seq, next_seq, life FROM segments
                    WHERE channel = ? AND (?::integer IS NULL OR partition = ?)
                      AND (?::bigint IS NULL OR from_offset <= ? AND to_offset > ?)
                    ORDER BY log_index DESC LIMIT 1)
                SELECT c.relname, r.channel, r.partition, r.seq, r.record_offset, r.key, r.value
                FROM segment s JOIN records r ON r.channel = s.channel AND r.partition = s.partition
                    AND r.seq >= s.first_seq AND r.seq < s.next_seq JOIN pg_class c ON c.oid = r.tableoid
                WHERE (?::bigint IS NULL OR r.record_offset = ?)
                  AND greatest(octet_length(r.key), octet_length(r.value)) > 0
                ORDER BY r.seq DESC LIMIT 1""";
        try (var statement = database.prepareStatement(select)) {
            var part = partition.map(Object.class::cast).orElse(null);
            var place = offset.map(Object.class::cast).orElse(null);
            set(statement, channel, part, part, place, place, place, place, place);
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw ControlException.notFound(
                            "The archive has no such record of %s that is signed, or it has no bytes: a record is signed some 10 s after it was archived."
                                    .formatted(channel));
                }
                return row(rows);
            }
        }
    }

    private static void set(PreparedStatement statement, Object... values) throws SQLException {
        for (var i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private static Row row(ResultSet rows) throws SQLException {
        var value = rows.getBytes(7);
        var isValue = value != null && value.length > 0;
        return new Row(
                rows.getString(1),
                rows.getString(2),
                rows.getInt(3),
                rows.getLong(4),
                rows.getLong(5),
                isValue ? "value" : "key",
                isValue ? value : rows.getBytes(6));
    }

    /** The last digit, because the record stays readable with another one; else the byte in the middle. */
    private static int position(byte[] bytes) {
        for (var position = bytes.length - 1; position >= 0; position--) {
            if (bytes[position] >= '0' && bytes[position] <= '9') {
                return position;
            }
        }
        return bytes.length / 2;
    }

    /** Tables of months that have the record. */
    private static List<String> tables(Connection database, Tampering tampering) throws SQLException {
        var select = "SELECT c.relname FROM records r JOIN pg_class c ON c.oid = r.tableoid"
                + " WHERE channel = ? AND partition = ? AND seq = ? AND record_offset = ?";
        try (var statement = database.prepareStatement(select)) {
            set(statement, tampering.channel(), tampering.partition(), tampering.seq(), tampering.offset());
            var tables = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            return tables;
        }
    }

    /** Takes the right to change the table and switches its trigger off, changes the byte, and puts both back. */
    private static void change(Connection database, String table, Tampering tampering, int from, int to)
            throws SQLException {
        var column = tampering.column().equals("value") ? "value" : "key";
        var update = """
                UPDATE %1$s SET %2$s = set_byte(%2$s, ?, ?) WHERE channel = ? AND partition = ? AND seq = ?
                  AND record_offset = ? AND octet_length(%2$s) > ? AND get_byte(%2$s, ?) = ?""".formatted(table, column);
        try (var statement = database.createStatement();
                var byOwner = database.prepareStatement(update)) {
            statement.execute("GRANT UPDATE ON %1$s TO CURRENT_USER; ALTER TABLE %1$s DISABLE TRIGGER append_only"
                    .formatted(table));
            set(
                    byOwner,
                    tampering.position(),
                    to,
                    tampering.channel(),
                    tampering.partition(),
                    tampering.seq(),
                    tampering.offset(),
                    tampering.position(),
                    tampering.position(),
                    from);
            byOwner.executeUpdate();
            statement.execute(
                    "ALTER TABLE %1$s ENABLE ALWAYS TRIGGER append_only; REVOKE UPDATE ON %1$s FROM CURRENT_USER"
                            .formatted(table));
        }
    }

    private interface Work<T> {
        T on(Connection database) throws SQLException;
    }

    private <T> T inTransaction(Work<T> work) {
        // Through the driver itself: DriverManager does not see it in the class loader of a test framework.
        try (var database = new Driver().connect(jdbcUrl, new Properties())) {
            database.setAutoCommit(false);
            try (var statement = database.createStatement()) {
                statement.execute("SET LOCAL search_path = audit; SET LOCAL lock_timeout = '3s'");
            }
            var result = work.on(database);
            database.commit();
            return result;
        } catch (SQLException e) {
            throw new ControlException(503, "unavailable", "The database does not do it: " + e.getMessage());
        }
    }
}
