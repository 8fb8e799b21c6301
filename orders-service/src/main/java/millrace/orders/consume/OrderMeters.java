package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Map;
import millrace.events.Channels;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.orders.deadletter.DeadLetter;
import millrace.orders.ledger.ReadCounts.Disposition;
import org.jboss.logging.Logger;

/** Counts the outcomes of transactions, and logs each one that cannot be applied; called after the commit. */
@Startup
@ApplicationScoped
class OrderMeters {
    private static final Logger LOG = Logger.getLogger(OrderMeters.class);

    private final Map<Disposition, Counter> transactions = new EnumMap<>(Disposition.class);
    private final Counter discrepancies;

    OrderMeters(MeterRegistry registry) {
        for (var disposition : Disposition.values()) {
            transactions.put(
                    disposition,
                    Counter.builder("orders.transactions")
                            .description("Records of the channel transactions by what became of them")
                            .tag("outcome", disposition.word)
                            .register(registry));
        }
        discrepancies = Counter.builder("orders.discrepancies")
                .description("Orders that were paid and do not add up")
                .register(registry);
    }

    void count(TransactionBatch batch) {
        transactions.forEach(
                (disposition, counter) -> counter.increment(batch.counts().number(disposition)));
        discrepancies.increment(batch.events().stream()
                .filter(event -> event instanceof OrderAccepted order
                        && !order.discrepancies().isEmpty())
                .count());
        batch.deadLetters().stream()
                .filter(letter -> letter.reason().isPresent())
                .forEach(OrderMeters::warn);
    }

    private static void warn(DeadLetter letter) {
        var key = letter.key() == null ? "none" : printable(new String(letter.key(), UTF_8));
        LOG.warnf(
                "Can never be applied and went to %s: channel %s, partition %d, offset %d, key %.100s",
                Channels.TRANSACTIONS_DLQ.name(),
                Channels.TRANSACTIONS.name(),
                letter.partition(),
                letter.offset(),
                key);
    }

    /** Replaces control characters, so that a key cannot forge lines of the log. */
    private static String printable(String key) {
        return key.replaceAll("[^\\p{Print}]", "?");
    }
}
