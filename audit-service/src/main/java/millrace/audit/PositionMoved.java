package millrace.audit;

import java.sql.SQLException;
import millrace.audit.table.ChainName;

/** Another process has appended records from this position, because it has or had the partition. Nothing was appended here. */
final class PositionMoved extends SQLException {
    private static final long serialVersionUID = 1;

    PositionMoved(ChainName chain, long position) {
        super("The position " + position + " of " + chain + " was moved by another process");
    }
}
