package millrace.orders;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_BEFORE;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import millrace.orders.outage.Alarms;
import millrace.orders.outage.DatabaseRefusal;
import millrace.orders.outage.Outage;
import millrace.orders.outbox.Parts;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Transactions become orders. What a poll of the channel {@code transactions} brings is entered into the {@link OrderBook}
 * in database transactions of a bounded size, one after the other: a small record may be about a large order, so the orders'
 * own bytes count as well. Offsets are committed behind them, so a record may come twice; it counts once.
 *
 * <p>While the database is away the poll is tried again and nothing more is read: the partitions wait, nothing is lost
 * and nothing is given up. A record that the database will never take, or at which this program fails, is found by halving
 * the poll, and goes to the dead letters; later ones of its key are parked behind it.
 */
@ApplicationScoped
public class Orders {
    private static final Logger LOG = Logger.getLogger(Orders.class);

    /** Together with the relay's last pass well within the 30 s that the platform gives. */
    private static final int LAST_POLL_SECONDS = 8;

    /**
     * Bytes of records, and of the orders that they are about, in one database transaction. What follows from them is held
     * some ten times over on its way to the database. A record or an order that is larger by itself has a transaction of its
     * own.
     */
    static final int TRANSACTION_BYTES = 2 * 1024 * 1024;

    /** What fails for another reason than the record fails in other company, too, or not again. */
    private static final int ATTEMPTS_ALONE = 3;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

    private final Mutiny.SessionFactory database;
    private final OrderBook book;
    private final OrderMeters meters;
    private final Pace pace;
    private final PartitionGaps gaps;
    private final Alarms alarms;
    private final Outage outage = new Outage("Orders cannot be written");
    private volatile CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private volatile boolean stopping;

    Orders(
            Mutiny.SessionFactory database,
            OrderBook book,
            OrderMeters meters,
            Pace pace,
            PartitionGaps gaps,
            Alarms alarms) {
        this.database = database;
        this.book = book;
        this.meters = meters;
        this.pace = pace;
        this.gaps = gaps;
        this.alarms = alarms;
    }

    @Incoming("transactions")
    Uni<Void> take(ConsumerRecords<byte[], byte[]> poll) {
        if (stopping) {
            return Uni.createFrom().nothing();
        }
        gaps.look(poll);
        var over = new CompletableFuture<Void>();
        underWay = over;
        return pace.hold(keep(poll), poll.count()).onTermination().invoke(() -> over.complete(null));
    }

    /** Lets the poll that is under way end, before the relay's last pass; what is not applied then is read again. */
    void stop(@Observes @Priority(LIBRARY_BEFORE) ShutdownEvent event) {
        stopping = true;
        underWay.completeOnTimeout(null, LAST_POLL_SECONDS, TimeUnit.SECONDS).join();
    }

    private Uni<Void> keep(ConsumerRecords<byte[], byte[]> poll) {
        var records = StreamSupport.stream(poll.spliterator(), false).toList();
        var kept = Uni.createFrom().voidItem();
        for (var part : Parts.of(records, Orders::bytes, TRANSACTION_BYTES)) {
            kept = kept.chain(() -> keep(part.stream().map(this::arrival).toList()));
        }
        return kept;
    }

    /** As many at once as the orders that they are about allow. */
    private Uni<Void> keep(List<Arrival> arrivals) {
        return enter(arrivals)
                .chain(entered -> entered < arrivals.size()
                        ? keep(arrivals.subList(entered, arrivals.size()))
                        : Uni.createFrom().voidItem());
    }

    /** @return how many of them are dealt with */
    private Uni<Integer> enter(List<Arrival> arrivals) {
        return outage.outlast(entry(arrivals), DatabaseRefusal::isOutage)
                .onFailure(failure -> !DatabaseRefusal.isOutage(failure))
                .recoverWithUni(failure -> isolate(arrivals, failure));
    }

    private Uni<Integer> entry(List<Arrival> arrivals) {
        return database.withStatelessTransaction(session -> OrderSizes.of(session, arrivals)
                        .map(sizes -> sizes.cut(arrivals, TRANSACTION_BYTES))
                        .chain(part -> book.enter(session, part).map(batch -> new Entered(part.size(), batch))))
                .invoke(entered -> meters.count(entered.records(), entered.batch()))
                .map(Entered::records);
    }

    private record Entered(int records, Batch batch) {}

    private Uni<Integer> isolate(List<Arrival> arrivals, Throwable failure) {
        int half = arrivals.size() / 2;
        return half == 0
                ? alone(arrivals.getFirst(), failure)
                : keep(arrivals.subList(0, half))
                        .chain(() -> keep(arrivals.subList(half, arrivals.size())))
                        .replaceWith(arrivals.size());
    }

    /** What the database has refused is final; what this program has failed at may have been the moment, and is tried again. */
    private Uni<Integer> alone(Arrival arrival, Throwable failure) {
        if (stopping) {
            return Uni.createFrom().nothing();
        }
        if (DatabaseRefusal.isFinal(failure)) {
            return deadLetter(arrival, failure);
        }
        tell(arrival.partition(), arrival.offset(), failure);
        return outage.outlast(entry(List.of(arrival)), DatabaseRefusal::isOutage)
                .onFailure(again -> !DatabaseRefusal.isFinal(again))
                .retry()
                .withBackOff(BETWEEN_ATTEMPTS)
                .atMost(ATTEMPTS_ALONE - 1)
                .onFailure()
                .recoverWithUni(again -> deadLetter(arrival, again));
    }

    /** Where even that fails as it is, the record is kept by its bytes alone. */
    private Uni<Integer> deadLetter(Arrival arrival, Throwable failure) {
        if (stopping) {
            return Uni.createFrom().nothing();
        }
        var illegible = List.of(arrival.illegible(DatabaseRefusal.sentence(failure)));
        return outage.outlast(entry(illegible), DatabaseRefusal::isOutage)
                .onFailure()
                .recoverWithUni(again -> outage.outlast(
                        database.withStatelessTransaction(session -> book.keepAside(session, illegible.getFirst()))
                                .replaceWith(1),
                        anything -> true));
    }

    /** With its stack where nothing like it was said before. */
    private void tell(int partition, long offset, Throwable fault) {
        var sentence = DatabaseRefusal.sentence(fault) + " See the dead letters of that reason.";
        if (alarms.raise("a fault of this program", sentence)) {
            LOG.errorf(fault, "Orders fails at a record of partition %d, offset %d", partition, offset);
        }
    }

    private Arrival arrival(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Arrival.of(record);
        } catch (RuntimeException fault) {
            tell(record.partition(), record.offset(), fault);
            return Arrival.unreadable(record, DatabaseRefusal.sentence(fault));
        }
    }

    private static int bytes(ConsumerRecord<byte[], byte[]> record) {
        return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }
}
