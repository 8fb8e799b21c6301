package millrace.e2e;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import millrace.events.OrderState.Status;
import org.postgresql.Driver;

/** Reads the tables of orders by SQL. */
final class OrdersDatabaseReader {
    private final String url;

    OrdersDatabaseReader(String url) {
        this.url = url;
    }

    /** Fields of an order that are compared. */
    record Row(long version, Status status, long refundedMinor) {}

    long history() throws SQLException {
        return number("SELECT count(*) FROM orders.history");
    }

    long outbox() throws SQLException {
        return number("SELECT count(*) FROM orders.outbox");
    }

    /** Source and id of each transaction that has a history entry. */
    List<String> causes() throws SQLException {
        return texts("SELECT source || ' ' || cause FROM orders.history");
    }

    /** Partition and offset of each dead letter. */
    List<String> deadLetters() throws SQLException {
        return texts("SELECT partition || '-' || \"offset\" FROM orders.dead_letters");
    }

    private List<String> texts(String sql) throws SQLException {
        var texts = new ArrayList<String>();
        query(sql, row -> texts.add(row.getString(1)));
        return texts;
    }

    Map<String, Row> orders() throws SQLException {
        var orders = new HashMap<String, Row>();
        query(
                "SELECT id, state_version, status, refunded FROM orders.orders",
                row -> orders.put(row.getString(1), row(row)));
        return orders;
    }

    /** Events as text, by order and version. */
    Map<String, Map<Long, String>> historyByOrder() throws SQLException {
        var history = new HashMap<String, Map<Long, String>>();
        query(
                "SELECT order_id, version, event FROM orders.history",
                row -> history.computeIfAbsent(row.getString(1), id -> new TreeMap<>())
                        .put(row.getLong(2), row.getString(3)));
        return history;
    }

    private static Row row(ResultSet row) throws SQLException {
        var status = Status.valueOf(row.getString(3).toUpperCase(Locale.ROOT).replace('-', '_'));
        return new Row(row.getLong(2), status, pence(row.getBigDecimal(4)));
    }

    private static long pence(BigDecimal pounds) {
        return pounds.movePointRight(2).longValueExact();
    }

    private long number(String sql) throws SQLException {
        var number = new long[1];
        query(sql, row -> number[0] = row.getLong(1));
        return number[0];
    }

    private void query(String sql, Reader reader) throws SQLException {
        try (Connection connection = new Driver().connect(url, new Properties());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    /** Consumes a row. */
    private interface Reader {
        void read(ResultSet row) throws SQLException;
    }
}
