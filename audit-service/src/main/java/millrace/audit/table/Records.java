package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import org.postgresql.PGConnection;

/** Writes the rows of the records. */
@ApplicationScoped
public class Records {
    /** One statement for all rows; unnest() could not do it, it would flatten the arrays of the headers. */
    private static final String COPY = "COPY records (" + CopyRows.COLUMNS + ") FROM STDIN (FORMAT binary)";

    /**
     * Begins a COPY: until it is ended or closed the connection can do nothing else.
     *
     * @param month to file the rows under
     */
    public CopyRows copy(Connection connection, LocalDate month) throws SQLException {
        return new CopyRows(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY), month);
    }
}
