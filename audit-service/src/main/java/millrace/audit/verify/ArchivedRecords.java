package millrace.audit.verify;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import millrace.audit.Sealing;
import millrace.audit.chain.KeptRecord;
import millrace.audit.restore.OpenedRecord;
import millrace.audit.table.Entries;
import millrace.audit.table.Sql;
import millrace.audit.table.Transactions;

/** The records of one life of a partition in the order of their offsets, a page at a time, with opened values. */
final class ArchivedRecords {
    private static final int PAGE = 500;
    private static final String FIRST = """
            SELECT coalesce(
                (SELECT min(first_seq) FROM segments
                 WHERE channel = ? AND partition = ? AND life = ? AND to_offset > ?),
                (SELECT max(next_seq) FROM segments WHERE channel = ? AND partition = ?),
                0)""";
    private static final String RECORDS = "SELECT * FROM records WHERE channel = ? AND partition = ? AND seq >= ?"
            + " AND life = ? ORDER BY seq LIMIT " + PAGE;

    private final ChainName chain;
    private final int life;
    private final Transactions transactions;
    private final Sealing sealing;
    private final Deque<Archived> page = new ArrayDeque<>();
    private long nextSeq;
    private boolean isAtEnd;

    ArchivedRecords(ChainName chain, int life, Transactions transactions, Sealing sealing) {
        this.chain = chain;
        this.life = life;
        this.transactions = transactions;
        this.sealing = sealing;
    }

    /**
     * A record as it is archived, and opened.
     *
     * @param opened what is left of it where somebody is erased
     */
    record Archived(KeptRecord kept, OpenedRecord opened) {
        private long offset() {
            return kept.offset();
        }
    }

    /** Begins with the segment that has this offset. */
    void seek(long offset) throws SQLException {
        nextSeq = transactions.get(connection -> Sql.query(
                        connection,
                        FIRST,
                        row -> row.getLong(1),
                        chain.channel(),
                        chain.partition(),
                        life,
                        offset,
                        chain.channel(),
                        chain.partition())
                .getFirst());
    }

    /** Passes what is before: offsets are asked for in order. */
    Optional<Archived> at(long offset) throws SQLException {
        while (true) {
            if (page.isEmpty() && !isAtEnd) {
                turn();
            }
            if (page.isEmpty() || page.peek().offset() > offset) {
                return Optional.empty();
            }
            var kept = page.remove();
            if (kept.offset() == offset) {
                return Optional.of(kept);
            }
        }
    }

    private void turn() throws SQLException {
        transactions.run(connection -> {
            var kept = Sql.query(connection, RECORDS, Entries::kept, chain.channel(), chain.partition(), nextSeq, life);
            var opened = sealing.open(connection, kept).iterator();
            for (var record : kept) {
                page.add(new Archived(record, opened.next()));
                nextSeq = record.seq() + 1;
            }
        });
        isAtEnd = page.size() < PAGE;
    }
}
