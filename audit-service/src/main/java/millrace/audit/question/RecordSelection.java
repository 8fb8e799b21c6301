package millrace.audit.question;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;

/**
 * The records of one page, by time.
 *
 * @param fromMs smallest timestamp
 * @param toMs exclusive bound of timestamps
 * @param after cursor before the first record
 * @param limit largest number of records
 */
record RecordSelection(RecordFilter filter, long fromMs, long toMs, PageCursor after, long limit) {
    private static final String SQL = """
        %s FROM records WHERE %s AND timestamp_ms >= ? AND timestamp_ms < ? AND (%s) > (?, ?, ?, ?)
        ORDER BY %s LIMIT ?\
        """;

    /** The first page of all records that a filter selects. */
    static RecordSelection first(RecordFilter filter, long limit) {
        return new RecordSelection(filter, Long.MIN_VALUE, Long.MAX_VALUE, PageCursor.START, limit);
    }

    RecordSelection limited(long number) {
        return new RecordSelection(filter, fromMs, toMs, after, number);
    }

    /** @param verb SELECT with its columns, such as {@code "SELECT *"} */
    PreparedStatement prepare(Connection connection, String verb) throws SQLException {
        var statement =
                connection.prepareStatement(SQL.formatted(verb, filter.where(), PageCursor.ORDER, PageCursor.ORDER));
        var index = 1;
        for (var value : filter.values()) {
            set(connection, statement, index++, value);
        }
        statement.setLong(index++, fromMs);
        statement.setLong(index++, toMs);
        after.set(statement, index);
        statement.setLong(index + PageCursor.FIELDS, limit);
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
