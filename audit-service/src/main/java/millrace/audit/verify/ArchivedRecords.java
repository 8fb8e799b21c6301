package millrace.audit.verify;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import millrace.audit.FieldEncryption;
import millrace.audit.chain.ArchivedRecord;
import millrace.audit.restore.DecryptedRecord;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;

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
    private final DatabaseTransactions transactions;
    private final FieldEncryption encryption;
    private final Deque<Archived> page = new ArrayDeque<>();
    private long nextSeq;
    private boolean isAtEnd;

    ArchivedRecords(ChainName chain, int life, DatabaseTransactions transactions, FieldEncryption encryption) {
        this.chain = chain;
        this.life = life;
        this.transactions = transactions;
        this.encryption = encryption;
    }

    /**
     * A record as it is archived, and opened.
     *
     * @param opened what is left of it where somebody is erased
     */
    record Archived(ArchivedRecord kept, DecryptedRecord opened) {
        private long offset() {
            return kept.offset();
        }
    }

    /** Begins with the segment that has this offset. */
    void seek(long offset) throws SQLException {
        nextSeq = transactions.get(connection -> JdbcStatements.query(
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
            var kept = JdbcStatements.query(
                    connection,
                    RECORDS,
                    EntryTables::archivedRecord,
                    chain.channel(),
                    chain.partition(),
                    nextSeq,
                    life);
            var opened = encryption.decrypt(connection, kept).iterator();
            for (var record : kept) {
                page.add(new Archived(record, opened.next()));
                nextSeq = record.seq() + 1;
            }
        });
        isAtEnd = page.size() < PAGE;
    }
}
