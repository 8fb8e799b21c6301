package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import org.postgresql.PGConnection;

/** Writes the table of records. */
@ApplicationScoped
public class RecordTable {
    /** One statement for all rows; an INSERT with unnest() would flatten the arrays of the headers. */
    private static final String COPY = "COPY records (" + BinaryCopy.COLUMNS + ") FROM STDIN (FORMAT binary)";

    /**
     * Begins a COPY. Until it is ended or closed the connection cannot be used otherwise.
     *
     * @param month partition of the rows
     */
    public BinaryCopy copy(Connection connection, LocalDate month) throws SQLException {
        return new BinaryCopy(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY), month);
    }
}
