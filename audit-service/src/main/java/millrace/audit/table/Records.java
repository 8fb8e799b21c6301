package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import millrace.audit.chain.KeptRecord;
import org.postgresql.PGConnection;

/** Writes the rows of the records. */
@ApplicationScoped
public class Records {
    /** One statement for all rows; unnest() could not do it, it would flatten the arrays of the headers. */
    private static final String COPY = "COPY records (" + CopyRows.COLUMNS + ") FROM STDIN (FORMAT binary)";

    /** @param month to file them under */
    public void insert(Connection connection, LocalDate month, List<KeptRecord> kept) throws SQLException {
        try (var rows = copy(connection, month)) {
            for (var row : kept) {
                rows.add(row);
            }
            rows.end();
        }
    }

    /** Begins a COPY: until it is ended or closed the connection can do nothing else. */
    public CopyRows copy(Connection connection, LocalDate month) throws SQLException {
        return new CopyRows(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY), month);
    }
}
