package millrace.orders.api;

import static java.time.temporal.ChronoUnit.MICROS;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.orders.deadletter.CustomerDeadLetters;
import millrace.orders.outbox.Outbox;
import millrace.orders.outbox.OutboxMessage;
import millrace.orders.store.OrderTables;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Turns requests of the back office into transactions. They are published to {@code transactions} through the outbox
 * and consumed from there like those of a shop: the channel alone contains every cause of a change, in one sequence, so
 * that a replay leads to the same orders.
 */
@ApplicationScoped
class BackOffice {
    static final String SOURCE = "back-office";

    /** Orders of one customer that one request erases; the next request erases the next ones. */
    static final int MAX_ERASED = 1_000;

    private final Mutiny.SessionFactory database;
    private final Outbox outbox;
    private final IdempotencyKeys idempotencyKeys;
    private final CustomerDeadLetters customerDeadLetters;

    BackOffice(
            Mutiny.SessionFactory database,
            Outbox outbox,
            IdempotencyKeys idempotencyKeys,
            CustomerDeadLetters customerDeadLetters) {
        this.database = database;
        this.outbox = outbox;
        this.idempotencyKeys = idempotencyKeys;
        this.customerDeadLetters = customerDeadLetters;
    }

    /** Fields that every transaction has. */
    record Origin(String eventId, String source, String orderId, Instant now) {}

    /** Creates the transaction that a request becomes. */
    interface RequestToEvent {
        /** @param currency of the order */
        TransactionEvent of(Origin origin, String currency);
    }

    /**
     * Accepts a request once per caller and key.
     *
     * @param caller name of the API key; each caller has idempotency keys of its own
     * @param toEvent receives the order's currency and returns all that is requested; the same key with other content
     *     is refused
     * @return id of the transaction; it is random, so that no sender can take it before
     * @throws NotFoundException where the order is not known
     * @throws ClientErrorException 422 where the key has been used for another request
     */
    Uni<String> submit(String orderId, String caller, String key, RequestToEvent toEvent) {
        return database.withStatelessTransaction(session -> OrderTables.state(session, orderId)
                .map(order -> order.orElseThrow(() -> new NotFoundException("No order " + orderId + ".")))
                .chain(order -> {
                    var origin = new Origin(UUID.randomUUID().toString(), SOURCE, orderId, now());
                    var transaction = toEvent.of(origin, order.currency());
                    return idempotencyKeys
                            .register(session, caller, key, transaction)
                            .call(eventId -> eventId.equals(origin.eventId())
                                    ? send(session, List.of(transaction))
                                    : Uni.createFrom().voidItem());
                }));
    }

    /**
     * Numbers of orders and dead letters that an erasure has begun with.
     *
     * @param orders that belonged to the customer; they belong to no customer from now on
     * @param deadLetters that named the customer; their bodies are erased
     */
    record ErasureCounts(int orders, int deadLetters) {}

    /**
     * Publishes an erasure for each order of the customer, and for each order with a dead letter that names the
     * customer.
     */
    Uni<ErasureCounts> erase(String customerId) {
        return customerDeadLetters
                .naming(customerId)
                .chain(named -> database.withStatelessTransaction(session -> detachCustomer(session, customerId)
                        .call(orders -> customerDeadLetters.erase(session, named))
                        .call(orders -> send(session, erasures(orders, named)))
                        .map(orders -> new ErasureCounts(orders.size(), named.size()))));
    }

    /** Removes the customer from its orders, which are locked in the sequence of their ids. */
    private static Uni<List<String>> detachCustomer(Mutiny.StatelessSession session, String customerId) {
        return session.createNativeQuery("""
                        WITH own AS (SELECT id FROM orders WHERE customer_id = :customer ORDER BY id LIMIT :most FOR UPDATE)
                        UPDATE orders SET customer_id = NULL FROM own WHERE orders.id = own.id RETURNING orders.id""", String.class)
                .setParameter("customer", customerId)
                .setParameter("most", MAX_ERASED)
                .getResultList();
    }

    private static List<ErasureRequested> erasures(List<String> orders, List<CustomerDeadLetters.Named> named) {
        return Stream.concat(orders.stream(), named.stream().flatMap(letter -> letter.orderId().stream()))
                .distinct()
                .map(BackOffice::erasure)
                .toList();
    }

    private Uni<Void> send(Mutiny.StatelessSession session, List<? extends TransactionEvent> transactions) {
        return outbox.add(
                session,
                transactions.stream()
                        .map(event -> OutboxMessage.of(
                                Channels.TRANSACTIONS, event.orderId(), event, event, Optional.empty()))
                        .toList());
    }

    private static ErasureRequested erasure(String orderId) {
        var now = now();
        return new ErasureRequested(UUID.randomUUID().toString(), SOURCE, orderId, now, now);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(MICROS);
    }
}
