package millrace.audit.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import millrace.events.Channels;
import millrace.events.Counted;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jboss.logging.Logger;

/**
 * Computes the ledger from the channel {@code ledger}, the dead letters of analytics, the channels themselves, and the
 * archive. It reads in this order, so that a reader that is behind has reported less than there is, and is known to be.
 *
 * @param broker properties of Kafka clients
 * @param prefix of the platform's topics
 */
public record LedgerAuditor(Map<String, Object> broker, String prefix) {
    private static final Logger LOG = Logger.getLogger(LedgerAuditor.class);

    /**
     * Reads all sources and compares them.
     *
     * @param archive connection with the schema of the archive
     * @throws QueryTooLarge if reading takes longer than 60 s
     */
    public Ledger answer(LedgerQuery query, Connection archive) throws SQLException {
        var edge = new EdgeBook();
        try (var scan = new ChannelScan(broker, prefix)) {
            var live = LiveAnalytics.read(scan, query);
            var analytics = new AnalyticsBook(live.job());
            var from = query.from().minus(ChannelScan.DISORDER);
            scan.read(List.of(Channels.LEDGER.name()), from, query.askedAt(), record -> {
                switch (counted(record)) {
                    case Counted.EdgeCounted counted -> edge.add(counted);
                    case Counted.EdgeReported report -> edge.add(report);
                    case Counted.AnalyticsCounted counted -> analytics.add(counted);
                    case null -> {}
                }
            });
            var channels = ChannelBook.read(scan, query, AnalyticsDeadLetters.read(scan, query, live));
            var archived = ArchiveBook.read(archive, query);
            return Ledger.of(query, new LedgerBalance(query, channels, edge, analytics, archived).lines());
        }
    }

    private static Counted counted(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Channels.LEDGER.value().deserializer().deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            LOG.warnf("Offset %d of %s is left out: %s", record.offset(), record.topic(), e.getMessage());
            return null;
        }
    }
}
