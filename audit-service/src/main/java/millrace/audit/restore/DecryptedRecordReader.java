package millrace.audit.restore;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import millrace.audit.seal.DecryptedRecord;
import millrace.audit.seal.RecordDecryption;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.EntryTables;

/** Reads and decrypts any number of archived records in bounded memory. */
public final class DecryptedRecordReader {
    private static final int IN_MEMORY = 16;

    private DecryptedRecordReader() {}

    /** Receives each record. */
    public interface Taker<E extends Exception> {
        void take(DecryptedRecord record) throws E;
    }

    /**
     * Passes each decrypted row to a handler; 16 rows are in memory at once, because a record can have a megabyte.
     *
     * @param select in a transaction, without which the driver holds all rows in memory
     */
    public static <E extends Exception> void read(PreparedStatement select, RecordDecryption decryption, Taker<E> taker)
            throws SQLException, E {
        select.setFetchSize(IN_MEMORY);
        var some = new ArrayList<ArchivedRecord>();
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                some.add(EntryTables.archivedRecord(rows));
                if (some.size() == IN_MEMORY) {
                    hand(some, select, decryption, taker);
                }
            }
        }
        hand(some, select, decryption, taker);
    }

    private static <E extends Exception> void hand(
            List<ArchivedRecord> some, PreparedStatement select, RecordDecryption decryption, Taker<E> taker)
            throws SQLException, E {
        for (var opened : decryption.decrypt(select.getConnection(), some)) {
            taker.take(opened);
        }
        some.clear();
    }
}
