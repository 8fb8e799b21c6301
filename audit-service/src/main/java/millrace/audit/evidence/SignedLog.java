package millrace.audit.evidence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.audit.EvidenceMismatch;
import millrace.audit.evidence.tree.GrowingTree;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.SignedNote;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.DatabaseTransactions;

/** Reads the log in the database as it was signed, and appends to it. For one thread. */
final class SignedLog {
    private final LogTables tables;
    private final ArchiveIdentity identity;
    private final List<SigningKey> keys;
    private final InstantSource clock;
    private final Hashes hashes = new Hashes();
    private final MerkleTree merkle = new MerkleTree(hashes);

    SignedLog(LogTables tables, ArchiveIdentity identity, List<SigningKey> keys, InstantSource clock) {
        this.tables = tables;
        this.identity = identity;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * A log and its last checkpoint.
     *
     * @param head empty if nothing was signed yet
     * @param note the checkpoint as it is published; {@code null} if there is none
     * @param isPublished true if {@code audit-checkpoints} has the checkpoint
     */
    record State(GrowingTree tree, Optional<TreeHead> head, String note, boolean isPublished) {
        long size() {
            return tree.size();
        }
    }

    /** The time of the next checkpoint, which is not before the last one, whatever the clock says. */
    Instant now(State state) {
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return state.head().map(TreeHead::at).filter(now::isBefore).orElse(now);
    }

    /** The content of the last checkpoint. @throws EvidenceMismatch if it is not signed with a key of this archive */
    Optional<TreeHead> head(Connection connection) throws SQLException {
        var note = tables.latestCheckpoint(connection);
        var head = note.flatMap(text -> SignedNote.open(text, identity.origin(), identity.keys()));
        if (note.isPresent() && head.isEmpty()) {
            throw new EvidenceMismatch("The last checkpoint in the database is not signed with a key of this archive");
        }
        return head;
    }

    /**
     * Reads the log, and the last checkpoint on the channel.
     *
     * @param broker properties of a Kafka client
     * @throws EvidenceMismatch if the log is not the one that was signed, or is behind it
     */
    State load(DatabaseTransactions transactions, Map<String, Object> broker) throws SQLException {
        var backups = transactions.get(connection -> AcceptedBackups.read(connection, head(connection)));
        try (var checkpoints = new PublishedCheckpoints(broker, identity)) {
            var published =
                    checkpoints.latest(head -> !backups.abandoned(head)).flatMap(PublishedCheckpoints.Published::head);
            return transactions.get(connection -> read(connection, published));
        }
    }

    private State read(Connection connection, Optional<TreeHead> published) throws SQLException {
        var size = head(connection).map(TreeHead::size).orElse(0L);
        if (published.isPresent() && published.get().size() > size) {
            throw new EvidenceMismatch(
                    ("The database has a log of %d segments, and audit-checkpoints has a checkpoint of"
                                    + " %d: the database was restored from a backup (bin/audit accept-backup), or changed")
                            .formatted(size, published.get().size()));
        }
        var read = read(connection);
        if (published.isPresent()) {
            check(connection, published.get());
        }
        var isPublished = published.map(TreeHead::size).orElse(-1L) >= size;
        return new State(read.tree(), read.head(), read.note(), isPublished);
    }

    /** @throws EvidenceMismatch if the log is not the one that was signed */
    State read(Connection connection) throws SQLException {
        var head = head(connection);
        var size = head.map(TreeHead::size).orElse(0L);
        if (tables.size(connection) != size) {
            throw new EvidenceMismatch("The last segment in the database has the index %d, and a log of %d was signed"
                    .formatted(tables.size(connection) - 1, size));
        }
        if (head.isPresent()) {
            check(connection, head.get());
        }
        var tree = GrowingTree.load(hashes, tables.nodes(connection), size);
        return new State(tree, head, tables.latestCheckpoint(connection).orElse(null), false);
    }

    private void check(Connection connection, TreeHead head) throws SQLException {
        if (!Arrays.equals(merkle.root(tables.nodes(connection), head.size()), head.root())) {
            throw new EvidenceMismatch("The log in the database is not the one whose checkpoint of size %d was signed"
                    .formatted(head.size()));
        }
    }

    /** @throws EvidenceMismatch if the segment is not in the log */
    void check(Connection connection, State state, Segment.Logged logged) throws SQLException {
        var proof = tables.inclusionProof(connection, merkle, logged.index(), state.size());
        if (!merkle.includes(state.tree().root(), state.size(), hashes.leaf(logged.segment()), logged.index(), proof)) {
            throw new EvidenceMismatch("The row of segment %d of %s/%d is not what was signed"
                    .formatted(
                            logged.segment().number(),
                            logged.segment().channel(),
                            logged.segment().partition()));
        }
    }

    /**
     * Appends segments and stores a checkpoint of the log with them.
     *
     * @param at time of the checkpoint, not before {@link #now}
     * @return the log, if the transaction is committed
     */
    State append(Connection connection, State state, List<Segment> segments, Instant at) throws SQLException {
        var tree = state.tree().copy();
        var logged = new ArrayList<Segment.Logged>();
        var nodes = new ArrayList<GrowingTree.Node>();
        for (var segment : segments) {
            logged.add(new Segment.Logged(tree.size(), segment));
            nodes.addAll(tree.append(hashes.leaf(segment)));
        }
        tables.insert(connection, logged, nodes);
        var head = new TreeHead(identity.origin(), tree.size(), tree.root(), at);
        var note = SignedNote.sign(head, keys);
        tables.insert(connection, head, note);
        return new State(tree, Optional.of(head), note, false);
    }
}
