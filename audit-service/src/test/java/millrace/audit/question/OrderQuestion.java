package millrace.audit.question;

import java.sql.Connection;
import java.sql.SQLException;

/** A question about an order, without HTTP. */
public final class OrderQuestion {
    private static final int LIMIT = 100;

    private OrderQuestion() {}

    /** Returns the number of records that it is answered with. */
    public static long records(Connection connection, String order) throws SQLException {
        var selection = RecordSelection.first(RecordFilter.order(order, ""), LIMIT);
        try (var statement = selection.prepare(connection, "SELECT *");
                var rows = statement.executeQuery()) {
            var records = 0;
            while (rows.next()) {
                records++;
            }
            return records;
        }
    }
}
