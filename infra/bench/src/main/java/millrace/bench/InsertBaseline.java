package millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import millrace.events.Json;

/**
 * Baseline of the database for orders: inserts for each order one row of the order, one of its history and two of the
 * outbox, in batches over one connection, into empty tables with the same columns and indexes.
 */
final class InsertBaseline {
    /** Orders of one database transaction. */
    static final int BATCH = 500;

    private static final String TABLES = """
            CREATE SCHEMA plain;
            CREATE TABLE plain.orders (LIKE orders.orders INCLUDING ALL);
            CREATE TABLE plain.history (LIKE orders.history INCLUDING ALL);
            CREATE TABLE plain.outbox (LIKE orders.outbox INCLUDING ALL)""";
    private static final String ORDER = """
            INSERT INTO plain.orders (id, version, state_version, refunds, status, customer_id, country, currency, total,
                                      refunded, details, placed_at, changed_at)
            VALUES (?, 1, 1, 0, 'paid', ?, 'France', 'GBP', ?, 0, ?::jsonb, ?, ?)""";
    private static final String HISTORY = """
            INSERT INTO plain.history (source, cause, variant, digest, order_id, version, event)
            VALUES ('bench', ?, '', decode(md5(?), 'hex'), ?, 1, ?)""";
    private static final String OUTBOX =
            "INSERT INTO plain.outbox (shard, id, channel, key, headers, value) VALUES (?, ?, ?, ?, ?::json, ?)";
    private static final String HEADERS = """
            {"ce_specversion":"1.0","ce_id":"5a7b6c1e-0f5d-3d3e-9b0e-7d1c2b3a4f50","ce_type":"orders.OrderAccepted",\
            "ce_source":"bench","ce_time":"2026-01-01T00:00:00Z","content-type":"application/json"}""";

    private final TestBed bed;
    private final byte[] event;
    private final String details;

    InsertBaseline(TestBed bed) {
        this.bed = bed;
        try {
            event = Json.MAPPER.writeValueAsBytes(SampleOrder.of(0));
            details = Json.MAPPER.writeValueAsString(SampleOrder.lines());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An order makes no JSON", e);
        }
    }

    /** @return orders a second */
    double run(int count) {
        try (var connection = DriverManager.getConnection(bed.platform().jdbcUrl());
                var statement = connection.createStatement()) {
            statement.execute(TABLES);
            connection.setAutoCommit(false);
            var begin = System.nanoTime();
            insert(connection, count);
            var seconds = (System.nanoTime() - begin) / 1e9;
            connection.setAutoCommit(true);
            statement.execute("DROP SCHEMA plain CASCADE");
            return count / seconds;
        } catch (SQLException e) {
            throw new BenchmarkException("The database alone cannot be measured: " + e.getMessage(), e);
        }
    }

    private void insert(Connection connection, int count) throws SQLException {
        try (var orders = connection.prepareStatement(ORDER);
                var history = connection.prepareStatement(HISTORY);
                var outbox = connection.prepareStatement(OUTBOX)) {
            for (int number = 0; number < count; number++) {
                var id = "bench/order-%08d".formatted(number);
                order(orders, id, number);
                history(history, id);
                outbox(outbox, id, 2L * number, "orders");
                outbox(outbox, id, 2L * number + 1, "order-state");
                if (number % BATCH == BATCH - 1 || number == count - 1) {
                    bed.stop().check();
                    history.executeBatch();
                    orders.executeBatch();
                    outbox.executeBatch();
                    connection.commit();
                }
            }
        }
    }

    private void order(PreparedStatement row, String id, int number) throws SQLException {
        var now = Timestamp.from(Instant.now());
        row.setString(1, id);
        row.setString(2, "customer-" + number % 1000);
        row.setBigDecimal(3, new BigDecimal("15.30"));
        row.setString(4, details);
        row.setTimestamp(5, now);
        row.setTimestamp(6, now);
        row.addBatch();
    }

    private void history(PreparedStatement row, String id) throws SQLException {
        row.setString(1, "event-" + id);
        row.setString(2, id);
        row.setString(3, id);
        row.setString(4, new String(event, UTF_8));
        row.addBatch();
    }

    private void outbox(PreparedStatement row, String id, long number, String channel) throws SQLException {
        row.setShort(1, (short) (id.hashCode() & 1));
        row.setLong(2, number);
        row.setString(3, channel);
        row.setBytes(4, id.getBytes(UTF_8));
        row.setString(5, HEADERS);
        row.setBytes(6, event);
        row.addBatch();
    }
}
