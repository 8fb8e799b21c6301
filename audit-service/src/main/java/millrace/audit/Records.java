package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import millrace.audit.chain.KeptRecord;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes the rows of the records. */
@ApplicationScoped
class Records {
    /** One statement for all rows; unnest() could not do it, it would flatten the arrays of the headers. */
    private static final String COPY = "COPY records (" + CopyRows.COLUMNS + ") FROM STDIN (FORMAT binary)";

    /** @param month to file them under */
    void insert(Connection connection, LocalDate month, List<KeptRecord> kept) throws SQLException {
        if (kept.isEmpty()) {
            return;
        }
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            var rows = new CopyRows(copy, month);
            for (var row : kept) {
                rows.add(row);
            }
            rows.end();
        } catch (SQLException e) {
            cancel(copy, e);
            throw e;
        }
    }

    private static void cancel(CopyIn copy, SQLException why) {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException connectionIsGone) {
            why.addSuppressed(connectionIsGone);
        }
    }
}
