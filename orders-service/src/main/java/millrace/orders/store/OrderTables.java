package millrace.orders.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import millrace.events.OrderEvent;
import millrace.events.OrderState;
import millrace.orders.domain.Order;
import millrace.orders.domain.Transaction;
import millrace.orders.domain.Transaction.Identity;
import org.hibernate.reactive.mutiny.Mutiny;

/** SQL that reads and writes orders and their history, for many orders at once, within the caller's transaction. */
public final class OrderTables {
    /** Variant of the first transaction of a source and id; any other has its digest as variant. */
    private static final String FIRST = "";

    /**
     * Keeps of an event its type, ids and times only. It removes escaped NULs, which PostgreSQL cannot read as text; an
     * even number of backslashes before one makes it another text.
     */
    private static final String REDACT = """
            UPDATE history
            SET event = json_build_object(
                'type', body ->> 'type', 'eventId', body ->> 'eventId', 'orderId', body ->> 'orderId',
                'version', history.version, 'causedBy', body ->> 'causedBy', 'source', body ->> 'source',
                'timestamp', body ->> 'timestamp', 'receivedAt', body ->> 'receivedAt')
            FROM (SELECT order_id, version,
                         CAST(regexp_replace(event, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000', '\\1', 'g') AS json) AS body
                  FROM history WHERE order_id = ANY (:ids)) AS past
            WHERE history.order_id = past.order_id AND history.version = past.version""";

    private OrderTables() {}

    /**
     * An event to be inserted into the history, which is the inbox as well: the row records that the transaction has
     * been applied.
     *
     * @param isFirst true for the first transaction of its source and id; every other is refused
     * @param json the event as it is published
     */
    public record NewHistoryEntry(Transaction transaction, boolean isFirst, OrderEvent event, byte[] json) {}

    /**
     * Reads the digests of the transactions that are in the inbox under these sources and ids: the first one's, and the
     * given transaction's own if it has been refused before.
     */
    public static Uni<Map<Identity, Set<String>>> appliedDigests(
            Mutiny.StatelessSession session, Collection<Transaction> transactions) {
        return inbox(session, transactions, transaction -> FIRST).chain(firsts -> {
            var others = transactions.stream()
                    .filter(transaction -> firsts.containsKey(transaction.identity())
                            && !firsts.get(transaction.identity()).contains(transaction.digest()))
                    .toList();
            return inbox(session, others, Transaction::digest).map(refused -> merged(firsts, refused));
        });
    }

    private static Uni<Map<Identity, Set<String>>> inbox(
            Mutiny.StatelessSession session,
            Collection<Transaction> transactions,
            Function<Transaction, String> variant) {
        if (transactions.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return session.createNativeQuery("""
                        SELECT source, cause, encode(digest, 'hex') AS digest FROM history
                        WHERE (source, cause, variant) IN
                            (SELECT source, cause, decode(variant, 'hex')
                             FROM unnest(CAST(:sources AS text[]), CAST(:causes AS text[]), CAST(:variants AS text[]))
                                  AS wanted (source, cause, variant))""", Tuple.class)
                .setParameter(
                        "sources",
                        texts(transactions, transaction -> transaction.event().source()))
                .setParameter(
                        "causes",
                        texts(transactions, transaction -> transaction.event().eventId()))
                .setParameter("variants", texts(transactions, variant))
                .getResultList()
                .map(rows -> rows.stream()
                        .collect(groupingBy(
                                row -> new Identity(row.get("source", String.class), row.get("cause", String.class)),
                                mapping(row -> row.get("digest", String.class), toSet()))));
    }

    private static Map<Identity, Set<String>> merged(
            Map<Identity, Set<String>> firsts, Map<Identity, Set<String>> refused) {
        refused.forEach((identity, digests) -> firsts.get(identity).addAll(digests));
        return firsts;
    }

    /** Locks orders in the sequence of their ids, which prevents deadlocks. */
    public static Uni<List<Order>> lock(Mutiny.StatelessSession session, Collection<String> ids) {
        return session.createNativeQuery(
                        "SELECT * FROM orders WHERE id = ANY (:ids) ORDER BY id FOR UPDATE", OrderRow.class)
                .setParameter("ids", ids.toArray(String[]::new))
                .getResultList()
                .map(rows -> rows.stream().map(OrderRow::order).toList());
    }

    /** Reads the state of an order; empty where nothing but refusals is known of it. */
    public static Uni<Optional<OrderState>> state(Mutiny.StatelessSession session, String id) {
        return order(session, id).map(order -> order.flatMap(Order::state));
    }

    static Uni<Optional<Order>> order(Mutiny.StatelessSession session, String id) {
        return session.get(OrderRow.class, id)
                .map(row -> Optional.ofNullable(row).map(OrderRow::order));
    }

    /** Reads the sizes of orders whose details are larger than that, by id. */
    public static Uni<Map<String, Integer>> sizesAbove(
            Mutiny.StatelessSession session, int bytes, Collection<String> ids) {
        return session.createNativeQuery(
                        "SELECT id, bytes FROM orders WHERE id = ANY (:ids) AND bytes > :above", Tuple.class)
                .setParameter("ids", ids.toArray(String[]::new))
                .setParameter("above", bytes)
                .getResultList()
                .map(rows -> rows.stream()
                        .collect(toMap(row -> row.get("id", String.class), row -> row.get("bytes", Integer.class))));
    }

    public static Uni<Void> insert(Mutiny.StatelessSession session, List<Order> orders) {
        return session.insertMultiple(orders.stream().map(OrderRow::of).toList());
    }

    public static Uni<Void> update(Mutiny.StatelessSession session, List<Order> orders) {
        return session.updateMultiple(orders.stream().map(OrderRow::of).toList());
    }

    /** Inserts all rows with one statement: a statement per row costs more than the row. */
    public static Uni<Void> insertHistory(Mutiny.StatelessSession session, List<NewHistoryEntry> history) {
        if (history.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery("""
                        INSERT INTO history (source, cause, variant, digest, order_id, version, event)
                        SELECT source, cause, decode(variant, 'hex'), decode(digest, 'hex'), order_id, version, event
                        FROM unnest(CAST(:sources AS text[]), CAST(:causes AS text[]), CAST(:variants AS text[]),
                                    CAST(:digests AS text[]), CAST(:orders AS text[]), CAST(:versions AS bigint[]),
                                    CAST(:events AS text[]))
                             AS entry (source, cause, variant, digest, order_id, version, event)""")
                .setParameter("sources", texts(history, row -> row.event().source()))
                .setParameter("causes", texts(history, row -> row.event().causedBy()))
                .setParameter(
                        "variants",
                        texts(
                                history,
                                row -> row.isFirst() ? FIRST : row.transaction().digest()))
                .setParameter("digests", texts(history, row -> row.transaction().digest()))
                .setParameter("orders", texts(history, row -> row.event().orderId()))
                .setParameter(
                        "versions",
                        history.stream().map(row -> row.event().version()).toArray(Long[]::new))
                .setParameter("events", texts(history, row -> new String(row.json(), UTF_8)))
                .executeUpdate()
                .replaceWithVoid();
    }

    private static <T> String[] texts(Collection<T> rows, Function<T, String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    /** Updates only the versions of orders: a refusal does not write a large order again. */
    public static Uni<Void> updateVersions(Mutiny.StatelessSession session, List<Order> orders) {
        if (orders.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery("""
                        UPDATE orders SET version = counted.version
                        FROM unnest(CAST(:ids AS text[]), CAST(:versions AS bigint[])) AS counted (id, version)
                        WHERE orders.id = counted.id""")
                .setParameter("ids", texts(orders, Order::id))
                .setParameter("versions", orders.stream().map(Order::version).toArray(Long[]::new))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Erases the content of the orders' events; their types, ids and times stay. */
    public static Uni<Void> erase(Mutiny.StatelessSession session, Collection<String> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(REDACT)
                .setParameter("ids", ids.toArray(String[]::new))
                .executeUpdate()
                .replaceWithVoid();
    }

    /**
     * Reads the event that resulted from the first transaction of a source and id; {@code null} where there is none.
     */
    static Uni<HistoryEntry> firstEvent(Mutiny.StatelessSession session, String source, String eventId) {
        return session.createNativeQuery(
                        "SELECT * FROM history WHERE source = :source AND cause = :cause AND variant = ''",
                        HistoryEntry.class)
                .setParameter("source", source)
                .setParameter("cause", eventId)
                .getSingleResultOrNull();
    }

    /** Reads the event that changed each of these orders last. */
    public static Uni<List<HistoryEntry>> lastChanges(Mutiny.StatelessSession session, Collection<String> ids) {
        return session.createNativeQuery(
                        "SELECT history.*"
                                + " FROM orders JOIN history ON order_id = id AND history.version = state_version"
                                + " WHERE id = ANY (:ids)",
                        HistoryEntry.class)
                .setParameter("ids", ids.toArray(String[]::new))
                .getResultList();
    }
}
