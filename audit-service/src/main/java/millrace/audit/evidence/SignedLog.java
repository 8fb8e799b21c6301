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
import millrace.audit.table.ChainName;
import millrace.audit.table.DatabaseTransactions;

/** Reads the log in the database as it was signed, and appends to it. */
record SignedLog(ArchiveIdentity identity, List<SigningKey> keys, InstantSource clock) {
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

    /**
     * The content of the last checkpoint. Nothing is signed behind one of a key that was replaced: who has stolen it could
     * otherwise have any history signed.
     *
     * @throws EvidenceMismatch if it is not signed with one of the signing keys
     */
    private Optional<TreeHead> head(Connection connection) throws SQLException {
        var note = LogTables.latestCheckpoint(connection);
        var publicKeys = keys.stream().map(SigningKey::publicKey).toList();
        var head = note.flatMap(text -> SignedNote.open(text, identity.origin(), publicKeys));
        if (note.isPresent() && head.isEmpty()) {
            throw new EvidenceMismatch(
                    "The last checkpoint in the database is not signed with AUDIT_SIGNING_KEY, nor with"
                            + " AUDIT_SIGNING_KEY_PREVIOUS");
        }
        return head;
    }

    /** The last checkpoint on the channel, apart from those that were given up with a backup. */
    Optional<TreeHead> published(DatabaseTransactions transactions, Map<String, Object> broker) throws SQLException {
        var backups = transactions.get(connection -> AcceptedBackups.read(connection, head(connection)));
        try (var checkpoints = new PublishedCheckpoints(broker, identity)) {
            return checkpoints.latest(head -> !backups.abandoned(head)).flatMap(PublishedCheckpoints.Published::head);
        }
    }

    /**
     * Reads the log, and the last checkpoint on the channel.
     *
     * @param broker properties of a Kafka client
     * @throws EvidenceMismatch if the log is not the one that was signed, or is behind it
     */
    State load(DatabaseTransactions transactions, Map<String, Object> broker) throws SQLException {
        var published = published(transactions, broker);
        return transactions.get(connection -> read(connection, published));
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
        if (LogTables.size(connection) != size) {
            throw new EvidenceMismatch("The last segment in the database has the index %d, and a log of %d was signed"
                    .formatted(LogTables.size(connection) - 1, size));
        }
        if (head.isPresent()) {
            check(connection, head.get());
        }
        var tree = GrowingTree.load(LogTables.nodes(connection), size);
        return new State(tree, head, LogTables.latestCheckpoint(connection).orElse(null), false);
    }

    private static void check(Connection connection, TreeHead head) throws SQLException {
        if (!Arrays.equals(MerkleTree.root(LogTables.nodes(connection), head.size()), head.root())) {
            throw new EvidenceMismatch("The log in the database is not the one whose checkpoint of size %d was signed"
                    .formatted(head.size()));
        }
    }

    /** The last segment of a chain. @throws EvidenceMismatch if its row is not what was signed */
    static Optional<Segment> last(Connection connection, State state, ChainName chain) throws SQLException {
        var last = LogTables.last(connection, chain);
        if (last.isPresent()
                && !LogTables.isLogged(
                        connection, last.get(), state.size(), state.tree().root())) {
            throw notSigned(last.get().segment());
        }
        return last.map(Segment.Logged::segment);
    }

    static EvidenceMismatch notSigned(Segment segment) {
        return new EvidenceMismatch(
                "The row of segment %d of %s is not what was signed".formatted(segment.number(), segment.chain()));
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
            nodes.addAll(tree.append(Hashes.leaf(segment)));
        }
        LogTables.insert(connection, logged, nodes);
        var head = new TreeHead(identity.origin(), tree.size(), tree.root(), at);
        var note = SignedNote.sign(head, keys);
        LogTables.insert(connection, head, note);
        return new State(tree, Optional.of(head), note, false);
    }
}
