package millrace.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import millrace.audit.table.ArchivedRecord;

/** Decrypts archived records as far as their reader may see them. */
public interface RecordDecryption {
    /** Leaves encrypted values encrypted. */
    RecordDecryption NONE = (connection, records) ->
            records.stream().map(DecryptedRecord::asArchived).toList();

    /**
     * Decrypts records.
     *
     * @param connection in whose transaction keys are looked up
     * @return as many records, in the same order
     */
    List<DecryptedRecord> decrypt(Connection connection, List<ArchivedRecord> records) throws SQLException;
}
