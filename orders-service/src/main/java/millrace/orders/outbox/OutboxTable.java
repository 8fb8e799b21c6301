package millrace.orders.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import millrace.events.Json;

/** SQL of the {@link OutboxRelay}. */
final class OutboxTable {
    private static final String HAS_ROWS =
            "SELECT EXISTS (SELECT FROM outbox WHERE shard = ? AND channel <> ALL (?)) AS busy";

    private static final String LOCK =
            "SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.outbox'), ?) AS mine";

    /** Limits the rows by their sizes, which PostgreSQL knows without reading the values. */
    private static final String OLDEST = """
            SELECT id, channel, key, headers, value,
                   EXISTS (SELECT FROM outbox_set_aside AS aside
                           WHERE sha256(aside.key) = sha256(next.key) AND aside.channel = next.channel
                             AND aside.id < next.id) AS behind
            FROM (SELECT *, row_number() OVER (ORDER BY id) AS number,
                         sum(coalesce(octet_length(value), 0) + coalesce(octet_length(key), 0)) OVER (ORDER BY id) AS bytes
                  FROM outbox WHERE shard = ? AND channel <> ALL (?) ORDER BY id LIMIT ?) AS next
            WHERE bytes <= ? OR number = 1
            ORDER BY id""";

    private static final String DELETE = "DELETE FROM outbox WHERE shard = ? AND id = ANY (?)";

    private static final String SET_ASIDE = """
            WITH gone AS (DELETE FROM outbox WHERE shard = ? AND id = ANY (?) RETURNING *)
            INSERT INTO outbox_set_aside (id, shard, channel, key, headers, value, created_at, reason)
            SELECT id, shard, channel, key, headers, value, created_at, ? FROM gone""";

    private OutboxTable() {}

    /** True if the shard has rows of channels that are not paused. */
    static boolean hasRows(Connection connection, int shard, Collection<String> paused) throws SQLException {
        try (var query = connection.prepareStatement(HAS_ROWS)) {
            query.setInt(1, shard);
            query.setArray(2, texts(connection, paused));
            return first(query);
        }
    }

    /**
     * Locks the shard until the transaction ends, and reads its oldest rows; empty while another process holds the
     * shard. The lock is taken by a separate statement, so that the next one sees all deletions of the last holder.
     *
     * @param maxBytes of keys and values together; a larger row is returned alone
     */
    static List<OutboxRow> lockOldest(
            Connection connection, int shard, Collection<String> paused, int maxRows, int maxBytes)
            throws SQLException {
        try (var lock = connection.prepareStatement(LOCK);
                var oldest = connection.prepareStatement(OLDEST)) {
            lock.setInt(1, shard);
            if (!first(lock)) {
                return List.of();
            }
            oldest.setInt(1, shard);
            oldest.setArray(2, texts(connection, paused));
            oldest.setInt(3, maxRows);
            oldest.setInt(4, maxBytes);
            var rows = new ArrayList<OutboxRow>();
            try (var found = oldest.executeQuery()) {
                while (found.next()) {
                    rows.add(row(found));
                }
            }
            return rows;
        }
    }

    /** Deletes the rows that were sent, and sets aside those that never can be and those behind one of their key. */
    static void deleteAndSetAside(Connection connection, int shard, List<OutboxRow> rows, OutboxSendResult result)
            throws SQLException {
        if (!result.confirmed().isEmpty()) {
            try (var delete = connection.prepareStatement(DELETE)) {
                delete.setInt(1, shard);
                delete.setArray(2, ids(connection, result.confirmed()));
                delete.executeUpdate();
            }
        }
        var behind = rows.stream().filter(OutboxRow::behind).map(OutboxRow::id).toList();
        if (!behind.isEmpty()) {
            setAside(connection, shard, behind, null);
        }
        for (var refused : result.refused().entrySet()) {
            setAside(connection, shard, List.of(refused.getKey()), refused.getValue());
        }
    }

    private static void setAside(Connection connection, int shard, List<Long> ids, String reason) throws SQLException {
        try (var update = connection.prepareStatement(SET_ASIDE)) {
            update.setInt(1, shard);
            update.setArray(2, ids(connection, ids));
            update.setString(3, reason);
            update.executeUpdate();
        }
    }

    private static boolean first(PreparedStatement query) throws SQLException {
        try (var row = query.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static OutboxRow row(ResultSet row) throws SQLException {
        var headers = new LinkedHashMap<String, String>();
        try {
            for (var header : Json.MAPPER.readTree(row.getString("headers")).properties()) {
                var value = header.getValue();
                headers.put(header.getKey(), value.isTextual() ? value.asText() : value.toString());
            }
        } catch (JsonProcessingException e) {
            throw new SQLException("The headers of row %d are no JSON".formatted(row.getLong("id")), e);
        }
        return new OutboxRow(
                row.getLong("id"),
                new OutboxMessage(row.getString("channel"), row.getBytes("key"), headers, row.getBytes("value")),
                row.getBoolean("behind"));
    }

    private static Array texts(Connection connection, Collection<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray(String[]::new));
    }

    private static Array ids(Connection connection, List<Long> ids) throws SQLException {
        return connection.createArrayOf("bigint", ids.toArray(Long[]::new));
    }
}
