package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.MICROS;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import millrace.events.Channels;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.orders.outbox.Outbox;
import millrace.orders.outbox.OutboxMessage;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What the shop's own people ask of an order. It goes out to {@code transactions} like everything else that can change an
 * order, through the outbox, and comes back from there: the channel alone tells the whole story, in one order, and whoever
 * reads it again comes to the same orders.
 */
@ApplicationScoped
class BackOffice {
    static final String SOURCE = "back-office";
    private static final int UNPROCESSABLE = 422;

    /** Orders of one customer that are erased by one request; a next request erases the next. */
    static final int MOST_ERASED = 1_000;

    private final Mutiny.SessionFactory database;
    private final Outbox outbox;

    BackOffice(Mutiny.SessionFactory database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /** What every transaction has. */
    record Origin(String eventId, String source, String orderId, Instant now) {}

    /** How a request becomes a transaction. */
    interface Wish {
        /** @param currency the order's */
        TransactionEvent of(Origin origin, String currency);
    }

    /**
     * Takes a request, once for each key.
     *
     * @param what everything that it says: the same key with something else is refused
     * @return id of the transaction that it became
     * @throws NotFoundException where the order is not known
     * @throws ClientErrorException 422 where the key has been used for something else
     */
    Uni<String> ask(String orderId, String key, String what, Wish wish) {
        var origin = new Origin(eventId(SOURCE + "/" + key), SOURCE, orderId, now());
        return database.withStatelessTransaction(session -> session.get(Order.class, orderId)
                        .map(order -> Optional.ofNullable(order)
                                .flatMap(Order::state)
                                .orElseThrow(() -> new NotFoundException("No order " + orderId + ".")))
                        .chain(order -> isNew(session, key, what)
                                .chain(isNew -> isNew
                                        ? send(session, List.of(wish.of(origin, order.currency())))
                                        : Uni.createFrom().voidItem())))
                .replaceWith(origin.eventId());
    }

    /** @return how many orders of the customer are going to be erased */
    Uni<Integer> erase(String customerId) {
        return database.withStatelessTransaction(session -> session.createSelectionQuery(
                        "select id from Order where customerId = :customer order by id", String.class)
                .setParameter("customer", customerId)
                .setMaxResults(MOST_ERASED)
                .getResultList()
                .call(ids -> send(session, ids.stream().map(BackOffice::erasure).toList()))
                .map(List::size));
    }

    private Uni<Void> send(Mutiny.StatelessSession session, List<? extends TransactionEvent> transactions) {
        return outbox.add(
                session,
                transactions.stream()
                        .map(event -> OutboxMessage.of(
                                Channels.TRANSACTIONS, event.orderId(), event, event, Optional.empty()))
                        .toList());
    }

    private static Uni<Boolean> isNew(Mutiny.StatelessSession session, String key, String what) {
        return session.createNativeQuery(
                        "INSERT INTO requests (key, asked) VALUES (:key, :what) ON CONFLICT DO NOTHING")
                .setParameter("key", key)
                .setParameter("what", what)
                .executeUpdate()
                .chain(added -> added == 1
                        ? forget(session).replaceWith(true)
                        : session.createNativeQuery("SELECT asked FROM requests WHERE key = :key", String.class)
                                .setParameter("key", key)
                                .getSingleResult()
                                .invoke(before -> requireSame(before, what))
                                .replaceWith(false));
    }

    /** A key is known for a week. */
    private static Uni<Integer> forget(Mutiny.StatelessSession session) {
        return session.createNativeQuery("DELETE FROM requests WHERE asked_at < now() - interval '7 days'")
                .executeUpdate();
    }

    private static void requireSame(String before, String what) {
        if (!before.equals(what)) {
            throw new ClientErrorException(
                    "This Idempotency-Key has been used to ask for \"%s\".".formatted(before), UNPROCESSABLE);
        }
    }

    private static ErasureRequested erasure(String orderId) {
        var now = now();
        return new ErasureRequested(eventId("erasure/" + orderId), SOURCE, orderId, now, now);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(MICROS);
    }

    private static String eventId(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
    }
}
