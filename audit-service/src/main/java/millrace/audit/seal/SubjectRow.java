package millrace.audit.seal;

import java.sql.ResultSet;
import java.sql.SQLException;

/** A subject that is not erased, as its table has it. */
record SubjectRow(String subject, byte[] wrapped, String masterKey) {
    static SubjectRow of(ResultSet row) throws SQLException {
        return new SubjectRow(row.getString("subject"), row.getBytes("wrapped"), row.getString("master_key"));
    }
}
