package millrace.orders;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_BEFORE;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.LockModeType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import millrace.orders.outage.DatabaseRefusal;
import millrace.orders.outage.Outage;
import millrace.orders.outbox.Outbox;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Transactions become orders. One database transaction holds what a poll of the channel {@code transactions} brings:
 * the memory of its events (inbox), the orders, and what has to go out (outbox). Offsets are committed after it, so a
 * record may come twice; the inbox lets it count once.
 *
 * <p>While the database is away the poll is tried again and nothing more is read: the partitions wait, nothing is lost
 * and nothing is given up. A record that the database will never take is found by halving the poll, and goes to the
 * dead letters alone.
 */
@ApplicationScoped
public class Orders {
    /** Together with the relay's last pass well within the 30 s that the platform gives. */
    private static final int LAST_POLL_SECONDS = 8;

    private final Mutiny.SessionFactory database;
    private final Outbox outbox;
    private final OrderMeters meters;
    private final Outage outage = new Outage("Orders cannot be written");
    private volatile CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private volatile boolean stopping;

    Orders(Mutiny.SessionFactory database, Outbox outbox, OrderMeters meters) {
        this.database = database;
        this.outbox = outbox;
        this.meters = meters;
    }

    @Incoming("transactions")
    Uni<Void> take(ConsumerRecords<byte[], byte[]> poll) {
        if (stopping) {
            return Uni.createFrom().nothing();
        }
        var over = new CompletableFuture<Void>();
        underWay = over;
        return keep(poll).onTermination().invoke(() -> over.complete(null));
    }

    /** Lets the poll that is under way end, before the relay's last pass; what is not applied then is read again. */
    void stop(@Observes @Priority(LIBRARY_BEFORE) ShutdownEvent event) {
        stopping = true;
        underWay.completeOnTimeout(null, LAST_POLL_SECONDS, TimeUnit.SECONDS).join();
    }

    private Uni<Void> keep(ConsumerRecords<byte[], byte[]> poll) {
        return keep(
                StreamSupport.stream(poll.spliterator(), false).map(Arrival::of).toList());
    }

    private Uni<Void> keep(List<Arrival> arrivals) {
        var transaction = database.withStatelessTransaction(session -> apply(session, arrivals));
        return outage.outlast(transaction, DatabaseRefusal::mayPass)
                .invoke(batch -> outbox.wake())
                .invoke(batch -> meters.count(arrivals.size(), batch))
                .replaceWithVoid()
                .onFailure(DatabaseRefusal::isFinal)
                .recoverWithUni(refusal -> isolate(arrivals, refusal));
    }

    private Uni<Batch> apply(Mutiny.StatelessSession session, List<Arrival> arrivals) {
        var byIdentity = new LinkedHashMap<String, Arrival>();
        arrivals.forEach(arrival -> byIdentity.putIfAbsent(arrival.identity(), arrival));
        return seen(session, byIdentity.keySet())
                .invoke(byIdentity.keySet()::removeAll)
                .chain(() -> locked(session, byIdentity.values()))
                .map(known -> new Batch(known, byIdentity.values()))
                .call(batch -> write(session, batch, byIdentity));
    }

    private static Uni<List<String>> seen(Mutiny.StatelessSession session, Collection<String> identities) {
        return session.createSelectionQuery("select id from InboxEntry where id in :identities", String.class)
                .setParameter("identities", identities)
                .getResultList();
    }

    /** In the order of ids, so that two transactions never wait for each other. */
    private static Uni<List<Order>> locked(Mutiny.StatelessSession session, Collection<Arrival> arrivals) {
        return session.createSelectionQuery("from Order where id in :ids order by id", Order.class)
                .setParameter("ids", orderIds(arrivals))
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList();
    }

    private Uni<Void> write(Mutiny.StatelessSession session, Batch batch, Map<String, Arrival> fresh) {
        var inbox = fresh.keySet().stream().map(InboxEntry::new).toList();
        return session.insertMultiple(inbox)
                .chain(() -> session.insertMultiple(List.copyOf(batch.opened())))
                .chain(() -> session.updateMultiple(List.copyOf(batch.known())))
                .chain(() -> outbox.add(session, batch.messages()));
    }

    private Uni<Void> isolate(List<Arrival> arrivals, Throwable refusal) {
        int half = arrivals.size() / 2;
        return half == 0
                ? bury(arrivals.getFirst(), refusal)
                : keep(arrivals.subList(0, half)).chain(() -> keep(arrivals.subList(half, arrivals.size())));
    }

    private Uni<Void> bury(Arrival arrival, Throwable refusal) {
        return switch (arrival.reading()) {
            case Reading.Legible legible ->
                keep(List.of(arrival.illegible("The database refuses it: SQLSTATE "
                        + DatabaseRefusal.sqlState(refusal).orElseThrow() + ".")));
            case Reading.Illegible illegible -> Uni.createFrom().failure(refusal);
        };
    }

    private static List<String> orderIds(Collection<Arrival> arrivals) {
        return arrivals.stream()
                .map(Arrival::reading)
                .filter(Reading.Legible.class::isInstance)
                .map(reading -> ((Reading.Legible) reading).event().orderId())
                .distinct()
                .toList();
    }
}
