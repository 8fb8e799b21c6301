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
 * Answers from what there is: the channel {@code ledger}, the dead letters of analytics, the channels themselves, and the
 * archive. In this order: who is behind has told less than is there, and is known to be behind.
 *
 * @param broker settings of Kafka's clients
 * @param prefix what the platform puts before each name
 */
public record Auditor(Map<String, Object> broker, String prefix) {
    private static final Logger LOG = Logger.getLogger(Auditor.class);

    /**
     * Reads all of it.
     *
     * @param archive with the schema of the archive
     * @throws TooMuch where it takes too long
     */
    public Ledger answer(Question question, Connection archive) throws SQLException {
        var edge = new EdgeBook();
        try (var reading = new Reading(broker, prefix)) {
            var live = LiveAnalytics.read(reading, question);
            var analytics = new AnalyticsBook(live.job());
            var from = question.from().minus(Reading.DISORDER);
            reading.read(List.of(Channels.LEDGER.name()), from, question.askedAt(), record -> {
                switch (counted(record)) {
                    case Counted.EdgeCounted counted -> edge.add(counted);
                    case Counted.EdgeReported report -> edge.add(report);
                    case Counted.AnalyticsCounted counted -> analytics.add(counted);
                    case null -> {}
                }
            });
            var log = Log.read(reading, question, DeadLetters.read(reading, question, live));
            var archived = ArchiveBook.read(archive, question);
            return Ledger.of(question, new Balance(question, log, edge, analytics, archived).lines());
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
