package millrace.audit.evidence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.Discontinuity;
import millrace.audit.table.EntryTables;
import millrace.events.Channels;

/**
 * The backups of the database that the operator has accepted. Each is a discontinuity of the log itself, signed like any
 * other entry, in a chain of the name of the channel of checkpoints.
 *
 * @param all the signed ones
 */
public record AcceptedBackups(List<Discontinuity> all) {
    public static final String CHANNEL = Channels.AUDIT_CHECKPOINTS.name();
    public static final int PARTITION = 0;
    private static final int PAGE = 1000;

    /** Reads those that are in the log of a checkpoint; a row that is not signed accepts nothing. */
    public static AcceptedBackups read(Connection connection, Optional<TreeHead> head) throws SQLException {
        var backups = new ArrayList<Discontinuity>();
        if (head.isPresent()) {
            var tables = new LogTables();
            for (var logged : tables.ofChain(connection, CHANNEL, PARTITION, PAGE)) {
                backups.addAll(signed(connection, tables, logged, head.get()));
            }
        }
        return new AcceptedBackups(backups);
    }

    /** True if a checkpoint is of the history that was given up with a backup: of a larger log, signed before. */
    public boolean abandoned(TreeHead head) {
        return all.stream()
                .anyMatch(backup -> head.size() > backup.fromOffset()
                        && head.size() <= backup.toOffset()
                        && head.at().toEpochMilli() <= backup.foundMs());
    }

    private static List<Discontinuity> signed(
            Connection connection, LogTables tables, Segment.Logged logged, TreeHead head) throws SQLException {
        var hashes = new Hashes();
        var merkle = new MerkleTree(hashes);
        var segment = logged.segment();
        var entries = new EntryTables().read(connection, CHANNEL, PARTITION, segment.firstSeq(), segment.nextSeq());
        var leaves = entries.stream().map(hashes::leaf).toList();
        var proof = tables.inclusionProof(connection, merkle, logged.index(), head.size());
        var isSigned = merkle.includes(head.root(), head.size(), hashes.leaf(segment), logged.index(), proof)
                && !leaves.isEmpty()
                && Arrays.equals(merkle.root(merkle.of(leaves), leaves.size()), segment.root());
        return isSigned
                ? entries.stream()
                        .filter(Discontinuity.class::isInstance)
                        .map(Discontinuity.class::cast)
                        .toList()
                : List.of();
    }
}
