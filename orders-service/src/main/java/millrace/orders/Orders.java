package millrace.orders;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_BEFORE;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import millrace.orders.outage.DatabaseRefusal;
import millrace.orders.outage.Outage;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Transactions become orders. What a poll of the channel {@code transactions} brings is entered into the {@link OrderBook}
 * in one database transaction. Offsets are committed after it, so a record may come twice; it counts once.
 *
 * <p>While the database is away the poll is tried again and nothing more is read: the partitions wait, nothing is lost
 * and nothing is given up. A record that the database will never take is found by halving the poll, and goes to the
 * dead letters; later ones of its key are parked behind it.
 */
@ApplicationScoped
public class Orders {
    /** Together with the relay's last pass well within the 30 s that the platform gives. */
    private static final int LAST_POLL_SECONDS = 8;

    private final Mutiny.SessionFactory database;
    private final OrderBook book;
    private final OrderMeters meters;
    private final Pace pace;
    private final Outage outage = new Outage("Orders cannot be written");
    private volatile CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private volatile boolean stopping;

    Orders(Mutiny.SessionFactory database, OrderBook book, OrderMeters meters, Pace pace) {
        this.database = database;
        this.book = book;
        this.meters = meters;
        this.pace = pace;
    }

    @Incoming("transactions")
    Uni<Void> take(ConsumerRecords<byte[], byte[]> poll) {
        if (stopping) {
            return Uni.createFrom().nothing();
        }
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
        return keep(
                StreamSupport.stream(poll.spliterator(), false).map(Arrival::of).toList());
    }

    private Uni<Void> keep(List<Arrival> arrivals) {
        var transaction = database.withStatelessTransaction(session -> book.enter(session, arrivals));
        return outage.outlast(transaction, DatabaseRefusal::mayPass)
                .invoke(batch -> meters.count(arrivals.size(), batch))
                .replaceWithVoid()
                .onFailure(DatabaseRefusal::isFinal)
                .recoverWithUni(refusal -> isolate(arrivals, refusal));
    }

    private Uni<Void> isolate(List<Arrival> arrivals, Throwable refusal) {
        int half = arrivals.size() / 2;
        return half == 0
                ? bury(arrivals.getFirst(), refusal)
                : keep(arrivals.subList(0, half)).chain(() -> keep(arrivals.subList(half, arrivals.size())));
    }

    private Uni<Void> bury(Arrival arrival, Throwable refusal) {
        return switch (arrival.reading()) {
            case Reading.Legible legible -> keep(List.of(arrival.illegible(DatabaseRefusal.sentence(refusal))));
            case Reading.Illegible illegible -> Uni.createFrom().failure(refusal);
        };
    }
}
