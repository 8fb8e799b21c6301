package millrace.audit.question;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import millrace.audit.table.JdbcStatements;

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
        var values = new ArrayList<>(filter.values());
        values.addAll(
                List.of(fromMs, toMs, after.timestampMs(), after.channel(), after.partition(), after.seq(), limit));
        JdbcStatements.set(statement, values.toArray());
        return statement;
    }
}
