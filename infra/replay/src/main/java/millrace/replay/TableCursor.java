package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import millrace.replay.TableComparison.Table;

/** Rows of a table in the order of their keys, fetched in batches. */
final class TableCursor implements AutoCloseable {
    private static final int AT_ONCE = 1_000;

    private final Statement statement;
    private final ResultSet rows;
    private final boolean isNumbered;
    private boolean there;

    /** @param connection with an open transaction */
    TableCursor(Connection connection, String schema, Table table) throws SQLException {
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

    /** Returns the row with that name. */
    static Optional<String> find(Connection connection, String schema, Table table, String name) throws SQLException {
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

    boolean hasRow() {
        return there;
    }

    /** Returns the key, followed by the row's number if a key has several rows. */
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

    void advance(boolean condition) throws SQLException {
        if (condition) {
            there = rows.next();
        }
    }

    /** Compares by key in the collation "C", then by number; the end is greater than every row. */
    int compareTo(TableCursor other) throws SQLException {
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
