package millrace.audit.evidence;

import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.ArchiveLock;
import millrace.audit.EvidenceMismatch;
import millrace.audit.KafkaClients;
import millrace.audit.Position;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.EntryTables;

/**
 * The rows of a chain behind its last segment, which no checkpoint covers. Before they are signed they are read again from
 * the broker and compared, so that nothing is signed that only the database says. Rows that the broker does not have any more
 * are counted in their segment as unproven.
 */
@Singleton
class UnsignedRecords {
    private final DatabaseTransactions transactions;
    private final FieldEncryption encryption;
    private final Map<String, Object> broker;

    UnsignedRecords(
            DatabaseTransactions transactions,
            FieldEncryption encryption,
            @Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.transactions = transactions;
        this.encryption = encryption;
        this.broker = broker;
    }

    /**
     * Adds the rows to a chain that stands at the end of its last segment.
     *
     * @param archived the archived position
     * @param topicId of the topic on the broker
     * @param lock which the process keeps meanwhile
     * @throws EvidenceMismatch if a row is not the broker's record, or a record of the broker has no row
     */
    void read(OpenSegment chain, Position archived, UUID topicId, ArchiveLock lock) throws SQLException {
        var signed = chain.end();
        if (archived.life() != signed.life()
                || !archived.topicId().equals(signed.topicId())
                || archived.nextSeq() < signed.nextSeq()
                || archived.nextOffset() < signed.nextOffset()) {
            throw new EvidenceMismatch("the position is before offset %d, up to which a checkpoint was signed"
                    .formatted(signed.nextOffset()));
        }
        var found = compare(chain, archived, topicId, lock);
        if (found.isPresent()) {
            throw new EvidenceMismatch(found.get().sentence());
        }
        var more = transactions.get(connection -> next(connection, chain));
        if (more.isPresent()) {
            throw new EvidenceMismatch("the record at offset %d was never on the broker"
                    .formatted(more.get().offset()));
        }
        if (chain.end().nextSeq() != archived.nextSeq()) {
            throw new EvidenceMismatch("entry %d is not there, and the position is behind it"
                    .formatted(chain.end().nextSeq()));
        }
        // Discontinuities are signed in the transaction that writes them.
        if (transactions.get(connection -> EntryTables.isDiscontinuity(connection, chain.name(), signed.nextSeq()))) {
            throw new EvidenceMismatch(
                    "a discontinuity behind entry %d was never signed".formatted(signed.nextSeq() - 1));
        }
    }

    /**
     * Adds the rows to a chain whose end the broker has cut off: those from the first difference on as unproven.
     *
     * @return the offset of the first difference; empty if there is none
     * @throws EvidenceMismatch if rows are missing
     */
    Optional<Long> readCutOff(OpenSegment chain, Position archived, UUID topicId, ArchiveLock lock)
            throws SQLException {
        var offset = compare(chain, archived, topicId, lock).map(ChainFinding::offset);
        if (offset.isPresent()) {
            var appending = new Appending(chain, lock);
            while (chain.end().nextSeq() < archived.nextSeq()) {
                var next = transactions.get(connection -> next(connection, chain));
                appending.gone(next.orElseThrow(() -> new EvidenceMismatch(
                        "entry %d is not there".formatted(chain.end().nextSeq()))));
            }
        }
        return offset;
    }

    private Optional<ChainFinding> compare(OpenSegment chain, Position archived, UUID topicId, ArchiveLock lock)
            throws SQLException {
        var signed = chain.end();
        if (archived.nextOffset() <= signed.nextOffset()) {
            return Optional.empty();
        }
        var range = new BrokerComparison.OffsetRange(
                chain.partition(),
                chain.name(),
                signed.life(),
                signed.topicId(),
                signed.nextSeq(),
                signed.nextOffset(),
                archived.nextOffset());
        try (var consumer = KafkaClients.reader(broker, Map.of())) {
            return new BrokerComparison(
                            consumer, transactions, encryption, range, new Appending(chain, lock), () -> false)
                    .first(topicId.equals(signed.topicId()));
        }
    }

    /** The first record behind the end of the chain. */
    private static Optional<ArchivedRecord> next(Connection connection, OpenSegment chain) throws SQLException {
        return EntryTables.firstRecord(connection, chain.name(), chain.end().nextSeq());
    }

    private record Appending(OpenSegment chain, ArchiveLock lock) implements BrokerComparison.Visitor {
        @Override
        public void same(ArchivedRecord row, boolean redacted) throws SQLException {
            check(row);
            if (redacted) {
                chain.addUnproven(row, after(row));
            } else {
                chain.add(row, after(row));
            }
        }

        @Override
        public void gone(ArchivedRecord row) throws SQLException {
            check(row);
            chain.addUnproven(row, after(row));
        }

        private Position after(ArchivedRecord row) {
            return chain.end().after(row.offset() + 1);
        }

        private void check(ArchivedRecord row) throws SQLException {
            lock.ping();
            if (row.seq() != chain.end().nextSeq()) {
                throw new EvidenceMismatch("the record at offset %d is entry %d, and entry %d is expected"
                        .formatted(row.offset(), row.seq(), chain.end().nextSeq()));
            }
        }
    }
}
