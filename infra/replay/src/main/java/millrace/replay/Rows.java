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
    private final boolean isNumbered;
    private boolean there;

    /** @param connection in a transaction */
    Rows(Connection connection, String schema, Table table) throws SQLException {
        this.statement = connection.createStatement();
        statement.setFetchSize(AT_ONCE);
        this.isNumbered = table.number().isPresent();
        this.rows = statement.executeQuery("SELECT %1$s, %2$s, %3$s FROM %4$s.%5$s ORDER BY %1$s COLLATE \"C\"%6$s"
                .formatted(
                        table.key(),
                        table.row(),
                        table.number().orElse("0"),
                        schema,
                        table.name(),
                        table.number().map(", "::concat).orElse("")));
        this.there = rows.next();
    }

    /** The row of that name. */
    static Optional<String> one(Connection connection, String schema, Table table, String name) throws SQLException {
        int end = table.number().isPresent() ? name.lastIndexOf(' ') : name.length();
        try (var query = connection.prepareStatement("SELECT %s FROM %s.%s WHERE %s = ? AND %s = ?"
                .formatted(
                        table.row(),
                        schema,
                        table.name(),
                        table.key(),
                        table.number().orElse("0")))) {
            query.setString(1, name.substring(0, end));
            query.setLong(2, end == name.length() ? 0 : Long.parseLong(name.substring(end + 1)));
            var found = query.executeQuery();
            return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
        }
    }

    boolean isThere() {
        return there;
    }

    /** Its key, and its number where the key has several rows. */
    String name() throws SQLException {
        return isNumbered ? key() + " " + number() : key();
    }

    private String key() throws SQLException {
        return rows.getString(1);
    }

    private long number() throws SQLException {
        return rows.getLong(3);
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
        int order = Arrays.compareUnsigned(key().getBytes(UTF_8), other.key().getBytes(UTF_8));
        return order != 0 ? order : Long.compare(number(), other.number());
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
