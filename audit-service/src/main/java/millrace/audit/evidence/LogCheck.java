package millrace.audit.evidence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.evidence.tree.GrowingTree;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.ChainName;

/**
 * Reads the log and the channel of checkpoints side by side, builds the tree from the rows of the segments, and compares its
 * root with each checkpoint. Each segment goes on to its chain. Holds a page of segments and nothing else.
 */
final class LogCheck {
    private static final int PAGE = 500;
    private static final int MOST_FINDINGS = 100;
    /** Entries of a segment that is read ahead, before its row is checked: a changed row may say any number. */
    private static final int MOST_AHEAD = 10_000;

    /** Time that a checkpoint may take from the database to the channel. */
    private static final Duration PUBLISHED_WITHIN = Duration.ofSeconds(60);

    private final VerificationSources sources;
    private final TreeMap<ChainName, ChainCheck> chains;
    private final Verify.Progress progress;
    private final List<ChainFinding> findings = new ArrayList<>();
    /** Checkpoints of other logs than that of the database. */
    private final List<TreeHead> others = new ArrayList<>();

    private GrowingTree tree;
    private AcceptedBackups backups;
    private long all;
    /** Size of the log up to which is read: that of the first checkpoint after the time that is asked for. */
    private long end = Long.MAX_VALUE;

    private long checkpoints;
    /** Time of the first checkpoint that is signed with the newest key. */
    private Instant newestKeySince = Instant.MAX;

    private TreeHead published;
    /** Time of the last checkpoint whose segments were all read. */
    private Instant upTo;

    LogCheck(VerificationSources sources, TreeMap<ChainName, ChainCheck> chains, Verify.Progress progress) {
        this.sources = sources;
        this.chains = chains;
        this.progress = progress;
    }

    /** @param more findings that no chain has alone, as those of the log */
    VerificationResult result(List<ChainFinding> more, List<ChainVerdict> verdicts) {
        findings.addAll(more);
        return new VerificationResult(Instant.now(), upTo, all, checkpoints, List.copyOf(findings), verdicts);
    }

    /** Checks the log up to the last checkpoint, in the database or on the channel. */
    void check(PublishedCheckpoints channel) throws SQLException {
        var from = sources.query().from();
        tree = sources.get(connection -> GrowingTree.load(LogTables.nodes(connection), start(connection)));
        for (var chain : chains.values()) {
            chain.begin(tree);
        }
        all = sources.get(LogTables::size);
        if (!sources.query().asksForNow()) {
            end = sources.get(this::end);
            all = Math.min(all, end);
        }
        backups = sources.get(connection -> AcceptedBackups.read(
                connection, LogTables.latestCheckpoint(connection).flatMap(sources.identity()::open)));
        channel.<SQLException>read(from, checkpoint -> {
            compare(checkpoint);
            return !sources.query().isOver() && !isAtEnd();
        });
        var isStored = stored();
        upTo = sources.get(connection -> LogTables.lastCheckpoint(connection, tree.size()))
                .flatMap(sources.identity()::open)
                .map(TreeHead::at)
                .orElse(null);
        for (var head : others) {
            add(
                    isStored ? Kind.TWO_HISTORIES : Kind.CHANGED,
                    "the log is not the one whose checkpoint of %d segments was signed at %s"
                            .formatted(head.size(), head.at()));
        }
    }

    /**
     * The size of a log whose segments were all closed before the time that is asked for, by the signed time of its
     * checkpoint: what rows say only finds it.
     */
    private long start(Connection connection) throws SQLException {
        var from = sources.query().from();
        if (from.equals(Instant.EPOCH)) {
            return 0;
        }
        return LogTables.checkpointBefore(connection, LogTables.firstSince(connection, from), from)
                .flatMap(sources.identity()::open)
                .filter(head -> head.at().isBefore(from))
                .map(TreeHead::size)
                .orElse(0L);
    }

    /** The size of a log behind which all segments were closed after the time that is asked for. */
    private long end(Connection connection) throws SQLException {
        var to = sources.query().to();
        return LogTables.checkpointAfter(connection, LogTables.firstSince(connection, to.plusMillis(1)) + 1, to)
                .flatMap(sources.identity()::open)
                .filter(head -> head.at().isAfter(to))
                .map(TreeHead::size)
                .orElse(Long.MAX_VALUE);
    }

    private boolean isAtEnd() {
        return published != null && published.size() >= end;
    }

    private void compare(PublishedCheckpoints.Published checkpoint) throws SQLException {
        if (checkpoint.head().isEmpty()) {
            add(
                    Kind.CHECKPOINT_FORGED,
                    "audit-checkpoints has at offset %d what is not signed with a key of this archive"
                            .formatted(checkpoint.offset()));
            return;
        }
        checkpoints++;
        var head = checkpoint.head().get();
        checkKey(checkpoint.note(), head);
        if (backups.abandoned(head)) {
            return;
        }
        if (head.size() <= end) {
            compare(head);
        }
        if (published == null || head.size() >= published.size()) {
            published = head;
        }
    }

    /** While a key is being replaced both sign. */
    private void checkKey(String note, TreeHead head) {
        if (sources.identity().isSignedWithTheFirstKey(note)) {
            newestKeySince = newestKeySince.isBefore(head.at()) ? newestKeySince : head.at();
        } else if (!head.at().isBefore(newestKeySince)) {
            add(
                    Kind.CHECKPOINT_FORGED,
                    "the checkpoint of %d segments of %s is signed with a key that was replaced before"
                            .formatted(head.size(), head.at()));
        }
    }

    private void compare(TreeHead head) throws SQLException {
        advance(head.size());
        if (sources.query().isOver()) {
            return;
        }
        if (tree.size() < head.size()) {
            add(
                    Kind.CUT_OFF,
                    "the log has %d segments, and a checkpoint of %d was signed at %s"
                            .formatted(tree.size(), head.size(), head.at()));
            return;
        }
        var root = tree.size() == head.size()
                ? tree.root()
                : sources.get(connection -> MerkleTree.root(LogTables.nodes(connection), head.size()));
        if (!Arrays.equals(root, head.root()) && others.size() < MOST_FINDINGS) {
            others.add(head);
        }
    }

    /**
     * Compares with the last checkpoint in the database, which the channel may not have yet, or no more.
     *
     * @return true if the log is the one that it was signed for: then any other checkpoint was signed for another history
     */
    private boolean stored() throws SQLException {
        if (sources.query().isOver()) {
            return false;
        }
        var note = sources.get(connection -> end == Long.MAX_VALUE
                ? LogTables.latestCheckpoint(connection)
                : LogTables.firstCheckpoint(connection, end));
        if (note.isEmpty()) {
            if (sources.get(LogTables::size) > 0) {
                add(Kind.MISSING, "the database has segments and no checkpoint");
            }
            return false;
        }
        var head = sources.identity().open(note.get());
        if (head.isEmpty()) {
            add(Kind.CHECKPOINT_FORGED, "the last checkpoint in the database is not signed with a key of this archive");
            return false;
        }
        checkKey(note.get(), head.get());
        var before = others.size();
        compare(head.get());
        if (end < Long.MAX_VALUE) {
            compareLater();
            return others.size() == before;
        }
        if (isMissing(head.get())) {
            add(
                    Kind.CHECKPOINT_MISSING,
                    "audit-checkpoints does not have the checkpoint of %d segments of %s"
                            .formatted(head.get().size(), head.get().at()));
        }
        if (sources.get(connection -> isMore(connection, tree.size()))) {
            add(Kind.INSERTED, "the log has segments that no checkpoint covers");
        }
        return others.size() == before && tree.size() >= head.get().size();
    }

    /** Joins the end of the range with a later checkpoint, whose segments are not read. */
    private void compareLater() throws SQLException {
        if (published == null || published.size() <= end || tree.size() != end) {
            return;
        }
        var proof = sources.get(
                connection -> MerkleTree.consistencyProof(LogTables.nodes(connection), end, published.size()));
        if (!MerkleTree.isConsistent(end, tree.root(), published.size(), published.root(), proof)) {
            others.add(published);
        }
    }

    private boolean isMore(Connection connection, long size) throws SQLException {
        var latest = LogTables.latestCheckpoint(connection).flatMap(sources.identity()::open);
        return LogTables.isSegmentOutside(
                connection, Math.max(size, latest.map(TreeHead::size).orElse(0L)));
    }

    private boolean isMissing(TreeHead stored) {
        var kept = sources.identity().checkpointsKept();
        return (published == null || published.size() < stored.size())
                && stored.at().isAfter(sources.query().from())
                && stored.at().plus(PUBLISHED_WITHIN).isBefore(Instant.now())
                && kept.map(time -> stored.at().plus(time).isAfter(Instant.now()))
                        .orElse(true);
    }

    /** Appends the segments up to a size of the log. */
    private void advance(long size) throws SQLException {
        while (tree.size() < size && !sources.query().isOver()) {
            var first = tree.size();
            var most = (int) Math.min(PAGE, size - first);
            var segments = sources.get(connection -> LogTables.from(connection, first, most)).stream()
                    .filter(logged -> logged.index() < first + most)
                    .collect(Collectors.toMap(Segment.Logged::index, Function.identity()));
            var leaves = sources.get(connection -> LogTables.leaves(connection, first, most));
            if (segments.isEmpty() && leaves.isEmpty()) {
                return;
            }
            sources.entries()
                    .expect(segments.values().stream()
                            .sorted(Comparator.comparingLong(Segment.Logged::index))
                            .map(Segment.Logged::segment)
                            .filter(sources.query()::asksForEntries)
                            .filter(segment -> segment.entries() <= MOST_AHEAD)
                            .toList());
            for (var i = 0; i < most && !sources.query().isOver(); i++) {
                append(first + i, segments, i < leaves.size() ? Optional.of(leaves.get(i)) : Optional.empty());
            }
            progress.segments(tree.size(), Math.max(all, size));
        }
    }

    /** Where row and node differ, the node is taken: if it is the one that was signed, the chain's row was changed. */
    private void append(long index, Map<Long, Segment.Logged> segments, Optional<byte[]> node) throws SQLException {
        var logged = segments.get(index);
        if (logged == null) {
            add(Kind.MISSING, "the log has no segment with the index %d".formatted(index));
            tree.append(node.orElse(new byte[0]));
            return;
        }
        var segment = logged.segment();
        var leaf = Hashes.leaf(segment);
        tree.append(node.orElse(leaf));
        chains.computeIfAbsent(segment.chain(), added -> new ChainCheck(added, sources))
                .add(segment, node.isEmpty() || Arrays.equals(node.get(), leaf));
    }

    private void add(Kind kind, String sentence) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(ChainFinding.ofLog(kind, sentence));
        }
    }
}
