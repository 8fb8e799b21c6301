package millrace.audit.restore;

import java.sql.Connection;
import java.sql.SQLException;
import millrace.audit.chain.KeptRecord;

/** How a record of the archive becomes one that its reader may see. */
public interface Opening {
    /** Everything stays as it is archived: what is sealed stays sealed. */
    Opening NONE = (connection, record) -> OpenedRecord.asArchived(record);

    /** @param connection in whose transaction keys are looked up */
    OpenedRecord open(Connection connection, KeptRecord record) throws SQLException;
}
