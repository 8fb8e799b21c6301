package millrace.audit.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import millrace.audit.chain.ClosedSegment;
import millrace.audit.chain.Hashes;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.EntryTables;
import millrace.audit.table.SegmentTable;
import millrace.audit.verify.ChainFinding.Kind;
import millrace.events.Checkpoint;

/** Goes through a chain from its first entry, segment by segment, and stops at the first thing that is wrong. */
final class ChainCheck {
    private final ChainName chain;
    private final DatabaseTransactions transactions;
    private final Truth truth;
    private final VerifyQuery question;
    private final Hashes hashes = new Hashes();
    private final SegmentTable segments = new SegmentTable();
    private final EntryTables entries = new EntryTables();
    /** Entries before may be gone: whole months were dropped. */
    private final long keptFrom;

    private byte[] head;
    private long nextSeq;
    private long nextSegment;
    private long hashed;
    private boolean isOver;

    ChainCheck(ChainName chain, DatabaseTransactions transactions, Truth truth, VerifyQuery question, long keptFrom) {
        this.chain = chain;
        this.transactions = transactions;
        this.truth = truth;
        this.question = question;
        this.keptFrom = keptFrom;
        this.head = hashes.first(chain.channel(), chain.partition());
    }

    long hashed() {
        return hashed;
    }

    long segments() {
        return nextSegment;
    }

    /** Whether the time was over before the end. */
    boolean isOver() {
        return isOver;
    }

    /** @param published number of the last segment that was published; the database may have more by now */
    Optional<ChainFinding> first(long published) throws SQLException {
        var last = published;
        while (true) {
            var found = upTo(last);
            if (found.isPresent() || isOver) {
                return found;
            }
            var newest = transactions.get(connection -> segments.last(connection, chain.channel(), chain.partition()));
            if (newest.isEmpty() || newest.get().segment() < nextSegment) {
                return new Tail(chain, transactions, hashes).first(nextSegment, nextSeq, head);
            }
            last = newest.get().segment();
        }
    }

    private Optional<ChainFinding> upTo(long last) throws SQLException {
        while (nextSegment <= last) {
            if (question.isOver()) {
                isOver = true;
                return Optional.empty();
            }
            var found = transactions.get(connection -> segment(connection, last));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<ChainFinding> segment(Connection connection, long last) throws SQLException {
        var row = segments.from(connection, chain.channel(), chain.partition(), nextSegment, 1).stream()
                .filter(found -> found.segment() == nextSegment)
                .findFirst();
        var answer = truth.of(nextSegment, row);
        if (answer.finding() != null) {
            return Optional.of(answer.finding());
        }
        var checkpoint = answer.checkpoint();
        if (checkpoint.firstSeq() != nextSeq || !Arrays.equals(checkpoint.previousHead(), head)) {
            return Optional.of(
                    finding(Kind.CHECKPOINT_FORGED, "the checkpoint of segment %d does not continue the one before"));
        }
        var found = isAskedFor(checkpoint) ? compare(connection, checkpoint, last) : Optional.<ChainFinding>empty();
        if (found.isEmpty()) {
            found = compare(row, checkpoint);
        }
        nextSeq = checkpoint.nextSeq();
        head = checkpoint.head();
        nextSegment++;
        return found;
    }

    private boolean isAskedFor(Checkpoint checkpoint) {
        return checkpoint.firstSeq() >= keptFrom && question.asksFor(checkpoint.at());
    }

    private Optional<ChainFinding> compare(Connection connection, Checkpoint checkpoint, long last)
            throws SQLException {
        var there = entries.read(
                connection, chain.channel(), chain.partition(), checkpoint.firstSeq(), checkpoint.nextSeq());
        hashed += there.size();
        var goesOn = entries.isAny(connection, chain.channel(), chain.partition(), checkpoint.nextSeq());
        return new SegmentCheck(hashes, checkpoint, there).first(goesOn);
    }

    private Optional<ChainFinding> compare(Optional<ClosedSegment> row, Checkpoint checkpoint) {
        if (row.isEmpty()) {
            return Optional.of(finding(Kind.MISSING, "the database has no row of segment %d, its entries are there"));
        }
        return says(row.get(), checkpoint)
                ? Optional.empty()
                : Optional.of(finding(Kind.CHANGED, "the row of segment %d is not what was signed"));
    }

    private static boolean says(ClosedSegment row, Checkpoint checkpoint) {
        return Published.parse(row.checkpoint())
                        .filter(copy -> Arrays.equals(copy.head(), checkpoint.head())
                                && Arrays.equals(copy.root(), checkpoint.root()))
                        .isPresent()
                && row.firstSeq() == checkpoint.firstSeq()
                && row.nextSeq() == checkpoint.nextSeq()
                && row.fromOffset() == checkpoint.fromOffset()
                && row.toOffset() == checkpoint.toOffset()
                && row.life() == checkpoint.life()
                && Arrays.equals(row.head(), checkpoint.head());
    }

    private ChainFinding finding(Kind kind, String sentence) {
        return new ChainFinding(kind, null, null, nextSegment, sentence.formatted(nextSegment));
    }
}
