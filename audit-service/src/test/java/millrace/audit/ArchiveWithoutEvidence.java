package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.question.OrderQuestion;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.MonthPartitions;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.postgresql.ds.PGSimpleDataSource;

/** Archives records and asks for them, in the build of {@link BuildWithoutEvidenceTest}, which calls it by its name. */
public final class ArchiveWithoutEvidence {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final UUID TOPIC_ID = new UUID(0, 1);

    private ArchiveWithoutEvidence() {}

    /**
     * Archives three records of an order after a gap.
     *
     * @return number of the records that a question about the order is answered with
     */
    public static long run(String jdbcUrl, String masterKey) throws Exception {
        if (EvidenceExtension.find().isPresent()) {
            throw new IllegalStateException("The package evidence is there");
        }
        var database = new PGSimpleDataSource();
        database.setUrl(jdbcUrl);
        database.setCurrentSchema("audit");
        var transactions = new DatabaseTransactions(database);
        var archive = archive(database, transactions, masterKey);
        archive.activate();
        archive.begin(ORDERS, TOPIC_ID, 3);
        var chain = archive.open(ORDERS, TOPIC_ID).orElseThrow();
        var records = List.of(record(3), record(4), record(5));
        archive.append(archive.encrypt(List.of(new PartitionBatch(chain, 7, records))));
        archive.signIfDue(List.of(chain));
        archive.sign(List.of(chain));
        archive.deactivate();
        return transactions.get(connection -> OrderQuestion.records(connection, "shop/1"));
    }

    private static Archive archive(PGSimpleDataSource database, DatabaseTransactions transactions, String masterKey) {
        return new Archive(
                transactions,
                new AuditedChannels(Optional.empty()),
                new ArchiveLock(database),
                new NoEvidence(),
                new MonthPartitions(transactions),
                new FieldEncryption(MasterKey.of(masterKey, Optional.empty())),
                new ReadinessAlarms());
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        var record = new ConsumerRecord<>("orders", 0, offset, "shop/1".getBytes(UTF_8), "{}".getBytes(UTF_8));
        record.headers().add(new RecordHeader(CloudEvents.TYPE, "orders.OrderAccepted".getBytes(UTF_8)));
        return record;
    }
}
