package millrace.audit.evidence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.ChainName;
import millrace.audit.table.Discontinuity;
import millrace.events.Channels;

/**
 * The backups of the database that the operator has accepted. Each is a discontinuity of the log itself, signed like any
 * other entry, in a chain of the name of the channel of checkpoints.
 *
 * @param all the signed ones
 */
record AcceptedBackups(List<Discontinuity> all) {
    static final ChainName CHAIN = new ChainName(Channels.AUDIT_CHECKPOINTS.name(), 0);
    private static final int PAGE = 1000;

    /** Reads those that are in the log of a checkpoint; a row that is not signed accepts nothing. */
    static AcceptedBackups read(Connection connection, Optional<TreeHead> head) throws SQLException {
        var backups = new ArrayList<Discontinuity>();
        if (head.isPresent()) {
            for (var logged : LogTables.ofChain(connection, CHAIN, PAGE)) {
                var entries = LogTables.entries(connection, logged.segment());
                if (LogTables.isLogged(
                                connection,
                                logged,
                                head.get().size(),
                                head.get().root())
                        && LogTables.areOf(logged.segment(), entries)) {
                    entries.stream()
                            .filter(Discontinuity.class::isInstance)
                            .map(Discontinuity.class::cast)
                            .forEach(backups::add);
                }
            }
        }
        return new AcceptedBackups(backups);
    }

    /** True if a checkpoint is of the history that was given up with a backup: of a larger log, signed before. */
    boolean abandoned(TreeHead head) {
        return all.stream()
                .anyMatch(backup -> head.size() > backup.fromOffset()
                        && head.size() <= backup.toOffset()
                        && head.at().toEpochMilli() <= backup.foundMs());
    }
}
