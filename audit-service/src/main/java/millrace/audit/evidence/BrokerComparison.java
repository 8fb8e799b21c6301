package millrace.audit.evidence;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import millrace.audit.ArchivedRecordFactory;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.seal.CannotUnwrap;
import millrace.audit.seal.DecryptedRecord;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.seal.Remains;
import millrace.audit.seal.SealBroken;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.ChainName;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;
import millrace.audit.table.RecordTable;
import millrace.events.Catalogue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads the records of a partition from the broker and its archived rows side by side, in the order of offsets. Each record
 * has to be archived as it is, and each row has to be a record. A row may lack its record only if retention has removed it,
 * or compaction: then a later row has its key, or it is a tombstone.
 */
public final class BrokerComparison {
    private static final int PAGE = 1000;
    private static final String NEVER_THERE = "the record at offset %d was never on the broker";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    /** Compaction removes a record only where a later one has its key, and a tombstone after a time. */
    private static final String NOT_SUPERSEDED = """
            SELECT * FROM records r WHERE channel = ? AND partition = ? AND seq = ANY (?) AND value IS NOT NULL
                AND NOT EXISTS (SELECT FROM records later WHERE later.key = r.key AND later.channel = r.channel
                    AND later.partition = r.partition AND later.life = r.life AND later.seq > r.seq)
            ORDER BY seq LIMIT 1""";

    private final Consumer<byte[], byte[]> consumer;
    private final DatabaseTransactions transactions;
    private final FieldEncryption encryption;
    private final OffsetRange range;
    private final Visitor visitor;
    private final BooleanSupplier isOver;
    private final boolean compacted;
    private final ReadAhead<SeqRange, List<Row>> pages = new ReadAhead<>(this::page);
    private final Deque<Row> page = new ArrayDeque<>();
    /** Numbers of rows that compaction may have removed from the broker, and that were not looked up yet. */
    private final List<Long> compactedRows = new ArrayList<>();

    /** Pages that were not asked for yet. */
    private final Deque<SeqRange> planned = new ArrayDeque<>();

    private Iterator<ConsumerRecord<byte[], byte[]>> polled =
            List.<ConsumerRecord<byte[], byte[]>>of().iterator();
    private long nextSeq;
    private boolean isAtEnd;
    private long beginning;
    private long end;
    private long lastOffset = -1;

    /** @param isOver ends the comparison early */
    public BrokerComparison(
            Consumer<byte[], byte[]> consumer,
            DatabaseTransactions transactions,
            FieldEncryption encryption,
            OffsetRange range,
            Visitor visitor,
            BooleanSupplier isOver) {
        this.consumer = consumer;
        this.transactions = transactions;
        this.encryption = encryption;
        this.range = range;
        this.visitor = visitor;
        this.isOver = isOver;
        this.compacted = Catalogue.channels().stream()
                .anyMatch(entry -> entry.name().equals(range.chain().channel())
                        && entry.cleanupPolicy().contains("compact"));
        this.nextSeq = range.firstSeq();
    }

    /**
     * The offsets {@code [from, to)} of an incarnation, which are compared.
     *
     * @param firstSeq number of a row at or before the first of them
     */
    public record OffsetRange(
            TopicPartition partition, ChainName chain, int life, UUID topicId, long firstSeq, long from, long to) {}

    /** Sees each row in order. */
    public interface Visitor {
        /** The row is a record of the broker. @param redacted true if a part could not be compared, because it has no key */
        void same(ArchivedRecord row, boolean redacted) throws SQLException;

        /** The broker does not have the record of the row any more. */
        void gone(ArchivedRecord row) throws SQLException;
    }

    /** The numbers {@code [first, next)}. */
    private record SeqRange(long first, long next) {}

    /** A row whose encrypted parts were changed. */
    private static final class ChangedRow extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient ChainFinding finding;

        ChangedRow(SealBroken cause, Long seq) {
            super(cause);
            this.finding = new ChainFinding(Kind.CHANGED, seq, cause.offset(), null, cause.getMessage());
        }
    }

    private record Row(ArchivedRecord archived, DecryptedRecord opened) {
        long offset() {
            return archived.offset();
        }
    }

    /**
     * Returns the first difference.
     *
     * @param isThere false if the topic on the broker is another one: then all rows are passed as gone
     */
    public Optional<ChainFinding> first(boolean isThere) throws SQLException {
        try (pages) {
            return isThere ? compare() : withoutBroker();
        } catch (ChangedRow e) {
            return Optional.of(e.finding);
        } catch (CannotUnwrap e) {
            return Optional.of(new ChainFinding(Kind.CHANGED, null, null, null, e.getMessage()));
        }
    }

    private Optional<ChainFinding> withoutBroker() throws SQLException {
        beginning = range.to();
        return rowsBefore(range.to());
    }

    private Optional<ChainFinding> compare() throws SQLException {
        var found = compareAll();
        return found.isPresent() ? found : notSuperseded();
    }

    private Optional<ChainFinding> compareAll() throws SQLException {
        var partition = range.partition();
        consumer.assign(List.of(partition));
        beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
        consumer.seek(partition, Math.max(beginning, range.from()));
        end = consumer.endOffsets(List.of(partition)).get(partition);
        var to = Math.min(range.to(), end);
        for (var record = next(to); record != null; record = next(to)) {
            var found = rowsBefore(record.offset());
            if (found.isEmpty()) {
                found = compare(record);
            }
            if (found.isPresent() || isOver.getAsBoolean()) {
                return found;
            }
        }
        return rowsBefore(range.to());
    }

    /** Passes the rows before an offset, which the broker does not have. */
    private Optional<ChainFinding> rowsBefore(long offset) throws SQLException {
        while (row().filter(row -> row.offset() < offset || row.offset() <= lastOffset)
                .isPresent()) {
            var row = page.remove();
            if (row.offset() <= lastOffset) {
                return finding(
                        Kind.INSERTED, row.archived(), "the record at offset %d is not behind the one before it");
            }
            lastOffset = row.offset();
            if (row.offset() < range.from()) {
                continue;
            }
            if (!isGone(row)) {
                return finding(Kind.INSERTED, row.archived(), NEVER_THERE);
            }
            visitor.gone(row.archived());
            if (compactedRows.size() >= PAGE) {
                var inserted = notSuperseded();
                if (inserted.isPresent()) {
                    return inserted;
                }
            }
        }
        return Optional.empty();
    }

    /** Looks the rows up that compaction may have removed; the first that it cannot have removed is a finding. */
    private Optional<ChainFinding> notSuperseded() throws SQLException {
        var numbers = compactedRows.toArray(Long[]::new);
        compactedRows.clear();
        return numbers.length == 0
                ? Optional.empty()
                : transactions
                        .get(connection -> JdbcStatements.first(
                                connection,
                                NOT_SUPERSEDED,
                                EntryTables::archivedRecord,
                                range.chain().channel(),
                                range.chain().partition(),
                                numbers))
                        .flatMap(row -> finding(Kind.INSERTED, row, NEVER_THERE));
    }

    /** Asks for the beginning of the log again, because retention goes on meanwhile. */
    private boolean isGone(Row row) {
        if (row.offset() < beginning) {
            return true;
        }
        var partition = range.partition();
        if (compacted) {
            compactedRows.add(row.archived().seq());
            return row.offset() < end;
        }
        beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
        return row.offset() < beginning;
    }

    private Optional<ChainFinding> compare(ConsumerRecord<byte[], byte[]> record) throws SQLException {
        var row = row();
        if (row.isEmpty() || row.get().offset() != record.offset()) {
            return Optional.of(new ChainFinding(
                    Kind.MISSING,
                    null,
                    record.offset(),
                    null,
                    "the record at offset %d is on the broker and not in the archive".formatted(record.offset())));
        }
        page.remove();
        lastOffset = record.offset();
        var archived = row.get().archived();
        if (!isSame(row.get(), record)) {
            return finding(Kind.CHANGED, archived, "the record at offset %d is another one on the broker");
        }
        visitor.same(archived, row.get().opened().redacted() > 0);
        return Optional.empty();
    }

    private boolean isSame(Row row, ConsumerRecord<byte[], byte[]> record) {
        var archived = row.archived();
        var expected = ArchivedRecordFactory.of(range.chain().channel(), range.life(), range.topicId(), record);
        return archived.topicId().equals(expected.topicId())
                && archived.timestampMs() == expected.timestampMs()
                && archived.timestampType().equals(expected.timestampType())
                && Objects.equals(archived.leaderEpoch(), expected.leaderEpoch())
                && Arrays.deepEquals(archived.headerNames(), expected.headerNames())
                && Arrays.deepEquals(archived.headerValues(), expected.headerValues())
                && Arrays.equals(archived.key(), expected.key())
                && Objects.equals(archived.trace(), expected.trace())
                && hasValue(row, record.value());
    }

    private static boolean hasValue(Row row, byte[] value) {
        var archived = row.archived();
        return row.opened().redacted() == 0
                ? Arrays.equals(row.opened().record().value(), value)
                : value != null && Remains.match(archived.value(), FieldEncryption.coordinates(archived), value);
    }

    /** The next record before {@code to}; {@code null} behind the last. */
    private ConsumerRecord<byte[], byte[]> next(long to) {
        var deadline = System.nanoTime() + ANSWERS_WITHIN.toNanos();
        while (true) {
            if (polled.hasNext()) {
                var record = polled.next();
                return record.offset() < to ? record : null;
            }
            if (consumer.position(range.partition()) >= to) {
                return null;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("Kafka does not give " + range.partition() + " within " + ANSWERS_WITHIN);
            }
            polled = consumer.poll(POLL).records(range.partition()).iterator();
        }
    }

    private Optional<Row> row() throws SQLException {
        while (page.isEmpty() && !isAtEnd) {
            read();
        }
        return Optional.ofNullable(page.peek());
    }

    private void read() throws SQLException {
        if (planned.isEmpty()) {
            plan();
        }
        if (!isAtEnd) {
            page.addAll(pages.read(planned.remove()));
        }
    }

    /** Divides the rows that follow into pages, so that the next page is known before this one is read. */
    private void plan() throws SQLException {
        var ends = transactions.get(connection -> RecordTable.pages(connection, range.chain(), range.life(), nextSeq));
        for (var last : ends) {
            planned.add(new SeqRange(nextSeq, last + 1));
            nextSeq = last + 1;
        }
        isAtEnd = planned.isEmpty();
        pages.expect(planned);
    }

    private List<Row> page(SeqRange seqs) throws SQLException {
        return transactions.get(connection -> {
            var read = RecordTable.page(connection, range.chain(), range.life(), seqs.first(), seqs.next());
            try {
                var opened = encryption.decrypt(connection, read).iterator();
                return read.stream().map(row -> new Row(row, opened.next())).toList();
            } catch (SealBroken e) {
                throw new ChangedRow(e, seq(read, e.offset()));
            }
        });
    }

    private static Long seq(List<ArchivedRecord> rows, long offset) {
        return rows.stream()
                .filter(row -> row.offset() == offset)
                .findFirst()
                .map(ArchivedRecord::seq)
                .orElse(null);
    }

    private static Optional<ChainFinding> finding(Kind kind, ArchivedRecord row, String sentence) {
        return Optional.of(new ChainFinding(kind, row.seq(), row.offset(), null, sentence.formatted(row.offset())));
    }
}
