package millrace.audit.ledger;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import millrace.events.Channels;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jboss.logging.Logger;

/**
 * Computes the ledger from the channel {@code ledger}, dead letters, the channels themselves, and the archive. It reads in
 * this order, so that a reader that is behind has reported less than there is, and is known to be.
 *
 * @param broker properties of Kafka clients
 * @param prefix of the platform's topics
 */
public record LedgerAuditor(Map<String, Object> broker, String prefix) {
    private static final Logger LOG = Logger.getLogger(LedgerAuditor.class);

    /**
     * Reads all sources and compares them.
     *
     * @param archive database with the schema of the archive, which is connected to for one statement
     * @throws QueryTooLarge if reading takes longer than 60 s
     */
    public Ledger answer(LedgerQuery query, DataSource archive) throws SQLException {
        try (var scan = new ChannelScan(broker, prefix)) {
            var live = LiveGenerations.read(scan, query);
            var book = new LedgerBook(query, live);
            var from = query.from().minus(ChannelScan.DISORDER);
            scan.read(List.of(Channels.LEDGER.name()), from, query.askedAt(), record -> add(record, book));
            var channels = ChannelCounts.read(scan, query, FrameworkDeadLetters.read(scan, query, live));
            try (var connection = archive.getConnection()) {
                ArchiveCounts.read(connection, query, book);
            }
            book.notes().forEach(LOG::warn);
            return Ledger.of(query, book.notes(), new LedgerBalance(query, channels, book).lines());
        }
    }

    /** Leaves out a total by the name of the archive, which is read itself. */
    private static void add(ConsumerRecord<byte[], byte[]> record, LedgerBook book) {
        try {
            var counted = Channels.LEDGER.value().deserializer().deserialize(record.topic(), record.value());
            if (counted != null && !ArchiveCounts.READER.equals(counted.by())) {
                book.add(counted);
            }
        } catch (SerializationException e) {
            book.addInvalid();
        }
    }
}
