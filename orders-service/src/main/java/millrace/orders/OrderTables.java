package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import millrace.events.TransactionEvent;
import millrace.orders.Transaction.Identity;
import org.hibernate.reactive.mutiny.Mutiny;

/** SQL of the {@link TransactionProcessor}, for many orders at once. */
final class OrderTables {
    /** Variant of the first transaction of a source and id; any other has its digest as variant. */
    private static final String FIRST = "";

    private OrderTables() {}

    /**
     * Reads the digests of the transactions that are in the inbox under these sources and ids: the first one's, and the
     * given transaction's own if it has been refused before.
     */
    static Uni<Map<Identity, Set<String>>> appliedDigests(
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

    /** Locks the orders of the records in the sequence of their ids, which prevents deadlocks. */
    static Uni<List<Order>> lock(Mutiny.StatelessSession session, Collection<InboundRecord> records) {
        return lock(
                session,
                records.stream()
                        .flatMap(record -> record.event().stream())
                        .map(TransactionEvent::orderId)
                        .distinct()
                        .toArray(String[]::new));
    }

    /** Locks orders in the sequence of their ids, which prevents deadlocks. */
    static Uni<List<Order>> lock(Mutiny.StatelessSession session, String... ids) {
        return session.createNativeQuery(
                        "SELECT * FROM orders WHERE id = ANY (:ids) ORDER BY id FOR UPDATE", Order.class)
                .setParameter("ids", ids)
                .getResultList();
    }

    /** Inserts all rows with one statement: a statement per row costs more than the row. */
    static Uni<Void> insertHistory(Mutiny.StatelessSession session, List<NewHistoryEntry> history) {
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
    static Uni<Void> updateVersions(Mutiny.StatelessSession session, List<Order> orders) {
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

    /**
     * Reads the event that resulted from the first transaction of a source and id; {@code null} where there is none.
     */
    static Uni<HistoryEntry> firstEvent(Mutiny.StatelessSession session, String source, String eventId) {
        return session.createNativeQuery(
                        "SELECT * FROM history" + " WHERE source = :source AND cause = :cause AND variant = ''",
                        HistoryEntry.class)
                .setParameter("source", source)
                .setParameter("cause", eventId)
                .getSingleResultOrNull();
    }

    /** Reads the event that changed each of these orders last. */
    static Uni<List<HistoryEntry>> lastChanges(Mutiny.StatelessSession session, String... ids) {
        return session.createNativeQuery(
                        "SELECT history.*"
                                + " FROM orders JOIN history ON order_id = id AND history.version = state_version"
                                + " WHERE id = ANY (:ids)",
                        HistoryEntry.class)
                .setParameter("ids", ids)
                .getResultList();
    }
}
