package millrace.orders;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import millrace.events.TransactionEvent;
import org.hibernate.reactive.mutiny.Mutiny;

/** What the {@link OrderBook} asks of its tables in SQL, for many orders at once. */
final class OrderTables {
    private OrderTables() {}

    /** Which of these transactions have been applied. */
    static Uni<List<String>> applied(Mutiny.StatelessSession session, List<String> events) {
        return session.createNativeQuery("SELECT cause FROM history WHERE cause = ANY (:events)", String.class)
                .setParameter("events", events.toArray(String[]::new))
                .getResultList();
    }

    /** In the order of ids, so that two transactions never wait for each other. */
    static Uni<List<Order>> locked(Mutiny.StatelessSession session, Collection<Arrival> arrivals) {
        return locked(
                session,
                arrivals.stream()
                        .flatMap(arrival -> arrival.event().stream())
                        .map(TransactionEvent::orderId)
                        .distinct()
                        .toArray(String[]::new));
    }

    /** The same for orders by their ids. */
    static Uni<List<Order>> locked(Mutiny.StatelessSession session, String... ids) {
        return session.createNativeQuery(
                        "SELECT * FROM orders WHERE id = ANY (:ids) ORDER BY id FOR UPDATE", Order.class)
                .setParameter("ids", ids)
                .getResultList();
    }

    /** All rows by one statement: a statement for each costs more than the row. */
    static Uni<Void> remember(Mutiny.StatelessSession session, List<HistoryEntry> history) {
        if (history.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery("""
                        INSERT INTO history (cause, order_id, version, event)
                        SELECT * FROM unnest(CAST(:causes AS text[]), CAST(:orders AS text[]),
                                             CAST(:versions AS bigint[]), CAST(:events AS text[]))""")
                .setParameter(
                        "causes", history.stream().map(HistoryEntry::cause).toArray(String[]::new))
                .setParameter(
                        "orders", history.stream().map(HistoryEntry::orderId).toArray(String[]::new))
                .setParameter(
                        "versions", history.stream().map(HistoryEntry::version).toArray(Long[]::new))
                .setParameter("events", history.stream().map(HistoryEntry::text).toArray(String[]::new))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** The last event of each of these orders. */
    static Uni<List<HistoryEntry>> latest(Mutiny.StatelessSession session, String... ids) {
        return session.createNativeQuery(
                        "SELECT DISTINCT ON (order_id) * FROM history WHERE order_id = ANY (:ids)"
                                + " ORDER BY order_id, version DESC",
                        HistoryEntry.class)
                .setParameter("ids", ids)
                .getResultList();
    }
}
