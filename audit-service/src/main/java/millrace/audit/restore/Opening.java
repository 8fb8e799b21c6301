package millrace.audit.restore;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import millrace.audit.chain.KeptRecord;

/** How records of the archive become what their reader may see. */
public interface Opening {
    /** Everything stays as it is archived: what is sealed stays sealed. */
    Opening NONE = (connection, records) ->
            records.stream().map(OpenedRecord::asArchived).toList();

    /**
     * As many, in the same order.
     *
     * @param connection in whose transaction keys are looked up
     */
    List<OpenedRecord> open(Connection connection, List<KeptRecord> records) throws SQLException;
}
