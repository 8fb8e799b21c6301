package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import millrace.replay.TableComparison.Table;

/** The rows of a table in the order of their keys, some at a time. */
final class Rows implements AutoCloseable {
    private static final int AT_ONCE = 1_000;

    private final Statement statement;
    private final ResultSet rows;
    private boolean there;

    /** @param connection in a transaction */
    Rows(Connection connection, String schema, Table table) throws SQLException {
        this.statement = connection.createStatement();
        statement.setFetchSize(AT_ONCE);
        this.rows = statement.executeQuery("SELECT %1$s, %2$s FROM %3$s.%4$s ORDER BY %1$s COLLATE \"C\""
                .formatted(table.key(), table.row(), schema, table.name()));
        this.there = rows.next();
    }

    /** The row of that key. */
    static Optional<String> one(Connection connection, String schema, Table table, String key) throws SQLException {
        try (var query = connection.prepareStatement(
                "SELECT %s FROM %s.%s WHERE %s = ?".formatted(table.row(), schema, table.name(), table.key()))) {
            query.setString(1, key);
            var found = query.executeQuery();
            return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
        }
    }

    boolean isThere() {
        return there;
    }

    String key() throws SQLException {
        return rows.getString(1);
    }

    String text() throws SQLException {
        return rows.getString(2);
    }

    void advance(boolean wanted) throws SQLException {
        if (wanted) {
            there = rows.next();
        }
    }

    /** By key, as the collation "C" orders them; the end comes after everything. */
    int compareTo(Rows other) throws SQLException {
        if (!there || !other.there) {
            return there ? -1 : 1;
        }
        return Arrays.compareUnsigned(key().getBytes(UTF_8), other.key().getBytes(UTF_8));
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
