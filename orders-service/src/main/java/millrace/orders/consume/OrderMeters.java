package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import millrace.events.Channels;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderRejected;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.orders.deadletter.DeadLetter;
import org.jboss.logging.Logger;

/** Counts the outcomes of transactions, and logs each one that cannot be applied; called after the commit. */
@Startup
@ApplicationScoped
class OrderMeters {
    private static final Logger LOG = Logger.getLogger(OrderMeters.class);

    private final Counter applied;
    private final Counter refused;
    private final Counter repeated;
    private final Counter deadLettered;
    private final Counter parked;
    private final Counter discrepancies;

    OrderMeters(MeterRegistry registry) {
        applied = counter(registry, "applied");
        refused = counter(registry, "refused");
        repeated = counter(registry, "repeated");
        deadLettered = counter(registry, "dead-lettered");
        parked = counter(registry, "parked");
        discrepancies = Counter.builder("orders.discrepancies")
                .description("Orders that were paid and do not add up")
                .register(registry);
    }

    /** @param taken number of records in the poll, of which the batch contains those that were new */
    void count(int taken, TransactionBatch batch) {
        long refusals = batch.events().stream().filter(OrderMeters::isRefusal).count();
        var dead = batch.deadLetters().stream()
                .filter(letter -> letter.reason().isPresent())
                .toList();
        int waiting = batch.deadLetters().size();
        applied.increment(batch.events().size() - refusals);
        refused.increment(refusals);
        repeated.increment(taken - batch.events().size() - waiting);
        deadLettered.increment(dead.size());
        parked.increment(waiting - dead.size());
        discrepancies.increment(batch.events().stream()
                .filter(event -> event instanceof OrderAccepted order
                        && !order.discrepancies().isEmpty())
                .count());
        dead.forEach(OrderMeters::warn);
    }

    private static boolean isRefusal(OrderEvent event) {
        return event instanceof OrderRejected || event instanceof TransitionRefused;
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

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("orders.transactions")
                .description("Records of the channel transactions by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }
}
