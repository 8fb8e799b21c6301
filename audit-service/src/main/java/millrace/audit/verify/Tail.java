package millrace.audit.verify;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import millrace.audit.Position;
import millrace.audit.Positions;
import millrace.audit.chain.ChainEntry;
import millrace.audit.chain.Hashes;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;
import millrace.audit.table.SegmentTable;
import millrace.audit.verify.ChainFinding.Kind;

/** What is behind the last segment: not signed yet, and it has to lead to the head that the position has. */
final class Tail {
    private final ChainName chain;
    private final DatabaseTransactions transactions;
    private final Hashes hashes;

    Tail(ChainName chain, DatabaseTransactions transactions, Hashes hashes) {
        this.chain = chain;
        this.transactions = transactions;
        this.hashes = hashes;
    }

    /** Nothing where the service has closed the next segment meanwhile: it signed what is in it. */
    Optional<ChainFinding> first(long nextSegment, long nextSeq, byte[] head) throws SQLException {
        return transactions.get(connection -> {
            JdbcStatements.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            var newest = new SegmentTable().last(connection, chain.channel(), chain.partition());
            if (newest.isPresent() && newest.get().segment() >= nextSegment) {
                return Optional.empty();
            }
            var position = new Positions().find(connection, chain.channel(), chain.partition());
            var there = new EntryTables().read(connection, chain.channel(), chain.partition(), nextSeq, Long.MAX_VALUE);
            if (position.isEmpty()) {
                return Optional.of(finding(Kind.MISSING, null, "the position of the chain is not there"));
            }
            return first(there, nextSeq, head, position.get().position());
        });
    }

    private Optional<ChainFinding> first(List<ChainEntry> there, long nextSeq, byte[] head, Position position) {
        var seq = nextSeq;
        var reached = head;
        for (var entry : there) {
            if (entry.seq() < seq || seq >= position.nextSeq()) {
                return Optional.of(finding(Kind.INSERTED, entry.seq(), "entry %d was never archived"));
            }
            if (entry.seq() > seq) {
                return Optional.of(finding(Kind.MISSING, seq, "entry %d is not there"));
            }
            reached = hashes.head(reached, hashes.leaf(entry));
            seq++;
        }
        if (seq < position.nextSeq()) {
            return Optional.of(finding(Kind.CUT_OFF, seq, "entry %d is not there, nor is one behind it"));
        }
        if (seq > position.nextSeq()) {
            return Optional.of(
                    finding(Kind.CHANGED, position.nextSeq(), "the position is before entry %d, which was signed"));
        }
        return Arrays.equals(reached, position.head())
                ? Optional.empty()
                : Optional.of(finding(
                        Kind.CHANGED,
                        nextSeq,
                        "entry %d or one behind it, not signed yet, or the position" + " is not what was archived"));
    }

    private static ChainFinding finding(Kind kind, Long seq, String sentence) {
        return new ChainFinding(kind, seq, null, null, seq == null ? sentence : sentence.formatted(seq));
    }
}
