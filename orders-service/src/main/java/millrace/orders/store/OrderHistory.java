package millrace.orders.store;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.orders.domain.Order;
import millrace.orders.domain.StatusText;
import millrace.orders.outage.BackgroundWork;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Reads orders and their events, at once or after waiting for them. To wait means to poll the database, because another
 * instance of this service may be the one that writes.
 */
@ApplicationScoped
public class OrderHistory {
    /** Interval of the polls while a caller waits. */
    private static final Duration POLL_EVERY = Duration.ofMillis(50);

    /** Events of one order in one answer. */
    public static final int MOST = 500;

    /** Bytes of those events; an event that is larger by itself is returned alone. */
    private static final int MOST_BYTES = 512 * 1024;

    /** Bytes of the events that a stream sends at once: each slow client may hold up as much memory. */
    private static final int FOLLOWED_BYTES = 64 * 1024;

    private static final String FIRST = """
            SELECT history.* FROM
                (SELECT version AS place, octet_length(event) AS own, sum(octet_length(event)) OVER (ORDER BY version) AS bytes
                 FROM history WHERE order_id = :order AND version > :version ORDER BY version LIMIT :most) AS page
            JOIN history ON history.order_id = :order AND history.version = page.place
            WHERE page.bytes <= :bytes OR page.bytes = page.own ORDER BY history.version""";

    private static final String LATEST = """
            SELECT history.* FROM
                (SELECT version AS place, octet_length(event) AS own,
                        sum(octet_length(event)) OVER (ORDER BY version DESC) AS bytes
                 FROM history WHERE order_id = :order AND version <= :version ORDER BY version DESC LIMIT :most) AS page
            JOIN history ON history.order_id = :order AND history.version = page.place
            WHERE page.bytes <= :bytes OR page.bytes = page.own ORDER BY history.version""";

    private final Mutiny.SessionFactory database;

    OrderHistory(Mutiny.SessionFactory database) {
        this.database = database;
    }

    /** An order and its latest events. */
    public record OrderWithEvents(OrderState order, List<HistoryEntry> events) {}

    /**
     * Reads an order; empty where nothing but refusals is known of it. Two questions are not of one moment, so the events are
     * those up to the version of the order.
     */
    public Uni<Optional<OrderWithEvents>> of(String orderId) {
        return database.withStatelessSession(session -> OrderTables.order(session, orderId)
                .chain(order -> order.flatMap(Order::state)
                        .map(state -> latest(session, order.get())
                                .map(events -> Optional.of(new OrderWithEvents(state, events))))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty()))));
    }

    /** Reads an order, and waits for it if it is not known yet. */
    public Uni<Optional<OrderWithEvents>> of(String orderId, Duration atMost) {
        return await(() -> of(orderId), atMost);
    }

    /**
     * Reads the event that resulted from the first transaction of a source and id, after waiting for it; empty where
     * there is none yet.
     */
    public Uni<Optional<HistoryEntry>> firstEvent(String source, String eventId, Duration atMost) {
        return await(
                () -> database.withStatelessSession(session -> OrderTables.firstEvent(session, source, eventId))
                        .map(Optional::ofNullable),
                atMost);
    }

    /** Reads events after that version, in sequence; at most as many bytes as a stream sends at once. */
    public Uni<List<HistoryEntry>> after(String orderId, long version) {
        return database.withStatelessSession(session -> session.createNativeQuery(FIRST, HistoryEntry.class)
                .setParameter("order", orderId)
                .setParameter("version", version)
                .setParameter("most", MOST)
                .setParameter("bytes", FOLLOWED_BYTES)
                .getResultList());
    }

    /** True if the order was erased. */
    public Uni<Boolean> isErased(String orderId) {
        return database.withStatelessSession(session -> session.createNativeQuery(
                                "SELECT status FROM orders WHERE id = :order", String.class)
                        .setParameter("order", orderId)
                        .getSingleResultOrNull())
                .map(StatusText.of(Status.ERASED)::equals);
    }

    private static Uni<List<HistoryEntry>> latest(Mutiny.StatelessSession session, Order order) {
        return session.createNativeQuery(LATEST, HistoryEntry.class)
                .setParameter("order", order.id())
                .setParameter("version", order.version())
                .setParameter("most", MOST)
                .setParameter("bytes", MOST_BYTES)
                .getResultList();
    }

    /** Repeats a query until it returns a value or the time is over. */
    public static <T> Uni<Optional<T>> await(Supplier<Uni<Optional<T>>> query, Duration atMost) {
        var lastPoll = Instant.now().plus(atMost).minus(POLL_EVERY);
        return BackgroundWork.inCurrentContext(Uni.createFrom().<Optional<T>>deferred(query::get))
                .repeat()
                .withDelay(POLL_EVERY)
                .whilst(found -> found.isEmpty() && Instant.now().isBefore(lastPoll))
                .collect()
                .last();
    }
}
