package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import millrace.audit.chain.KeptRecord;

/**
 * Decides what of a record is archived, between the poll and the rows: its value's bytes and whose data is in them. What is
 * returned is hashed, so it can never change afterwards.
 */
@ApplicationScoped
class Sealing {
    /** All records of a transaction at once, within it; as many come back, in the same order. */
    List<KeptRecord> seal(Connection connection, List<KeptRecord> read) throws SQLException {
        return read;
    }

    /** The other way, for who compares with the broker: the value as the record had it. */
    byte[] open(Connection connection, KeptRecord kept) throws SQLException {
        return kept.value();
    }
}
