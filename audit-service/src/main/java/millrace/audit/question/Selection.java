package millrace.audit.question;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;

/**
 * Which records a question is about, in order of time.
 *
 * @param fromMs of their timestamps, inclusive
 * @param toMs exclusive
 * @param after the place that they come after
 * @param limit how many at most
 */
record Selection(About about, long fromMs, long toMs, Place after, long limit) {
    private static final String SQL = """
        %s FROM records WHERE %s AND timestamp_ms >= ? AND timestamp_ms < ? AND (%s) > (?, ?, ?, ?)
        ORDER BY %s LIMIT ?\
        """;

    /** All of them, up to a number. */
    static Selection first(About about, long limit) {
        return new Selection(about, Long.MIN_VALUE, Long.MAX_VALUE, Place.START, limit);
    }

    Selection limited(long number) {
        return new Selection(about, fromMs, toMs, after, number);
    }

    /** @param verb with the columns, {@code "SELECT *"} */
    PreparedStatement prepare(Connection connection, String verb) throws SQLException {
        var statement = connection.prepareStatement(SQL.formatted(verb, about.where(), Place.ORDER, Place.ORDER));
        var index = 1;
        for (var value : about.values()) {
            set(connection, statement, index++, value);
        }
        statement.setLong(index++, fromMs);
        statement.setLong(index++, toMs);
        after.set(statement, index);
        statement.setLong(index + Place.FIELDS, limit);
        return statement;
    }

    private static void set(Connection connection, PreparedStatement statement, int index, Object value)
            throws SQLException {
        switch (value) {
            case byte[] bytes -> statement.setBytes(index, bytes);
            case String[] texts -> statement.setArray(index, connection.createArrayOf("text", texts));
            case Long[] numbers -> statement.setArray(index, connection.createArrayOf("bigint", numbers));
            case byte[][] several -> statement.setArray(index, connection.createArrayOf("bytea", several));
            case UUID uuid -> statement.setObject(index, uuid, Types.OTHER);
            default -> statement.setObject(index, value);
        }
    }
}
