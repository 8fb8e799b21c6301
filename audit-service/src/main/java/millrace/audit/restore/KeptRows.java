package millrace.audit.restore;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import millrace.audit.chain.KeptRecord;
import millrace.audit.table.Entries;

/** Reads records of the archive, however many they are. */
public final class KeptRows {
    private static final int IN_MEMORY = 16;

    private KeptRows() {}

    /** What is done with each record. */
    public interface Taker {
        void take(OpenedRecord record) throws IOException;
    }

    /**
     * Hands over every row, opened; a few of them are in memory at once, since a record can have a megabyte.
     *
     * @param select in a transaction, or else all rows are in memory
     */
    public static void read(PreparedStatement select, Opening opening, Taker taker) throws SQLException, IOException {
        select.setFetchSize(IN_MEMORY);
        var some = new ArrayList<KeptRecord>();
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                some.add(Entries.kept(rows));
                if (some.size() == IN_MEMORY) {
                    hand(some, select, opening, taker);
                }
            }
        }
        hand(some, select, opening, taker);
    }

    private static void hand(List<KeptRecord> some, PreparedStatement select, Opening opening, Taker taker)
            throws SQLException, IOException {
        for (var opened : opening.open(select.getConnection(), some)) {
            taker.take(opened);
        }
        some.clear();
    }
}
