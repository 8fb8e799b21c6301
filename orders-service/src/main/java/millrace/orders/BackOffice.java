package millrace.orders;

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
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What the shop's own people ask of an order. It goes out to {@code transactions} like everything else that can change an
 * order, through the outbox, and comes back from there: the channel alone tells the whole story, in one order, and whoever
 * reads it again comes to the same orders.
 */
@ApplicationScoped
class BackOffice {
    static final String SOURCE = "back-office";

    /** Orders of one customer that are erased by one request; a next request erases the next. */
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

    /** What every transaction has. */
    record Origin(String eventId, String source, String orderId, Instant now) {}

    /** How a request becomes a transaction. */
    interface RequestToEvent {
        /** @param currency the order's */
        TransactionEvent of(Origin origin, String currency);
    }

    /**
     * Takes a request, once for each key of each caller.
     *
     * @param caller name of the API key: keys are each caller's own
     * @param wish says, with the order's currency, everything that is asked: the same key with something else is refused
     * @return id of the transaction that it became; nobody can know it before
     * @throws NotFoundException where the order is not known
     * @throws ClientErrorException 422 where the key has been used for something else
     */
    Uni<String> submit(String orderId, String caller, String key, RequestToEvent toEvent) {
        return database.withStatelessTransaction(session -> session.get(Order.class, orderId)
                .map(order -> Optional.ofNullable(order)
                        .flatMap(Order::state)
                        .orElseThrow(() -> new NotFoundException("No order " + orderId + ".")))
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
     * What of a customer is going to be erased.
     *
     * @param orders that were the customer's; they are nobody's from now on
     * @param deadLetters that named the customer; what was in them is gone
     */
    record ErasureCounts(int orders, int deadLetters) {}

    /** An order's erasure goes out as a transaction; so does that of each order whose dead letters name the customer. */
    Uni<ErasureCounts> erase(String customerId) {
        return customerDeadLetters
                .naming(customerId)
                .chain(named -> database.withStatelessTransaction(session -> detachCustomer(session, customerId)
                        .call(orders -> customerDeadLetters.erase(session, named))
                        .call(orders -> send(session, erasures(orders, named)))
                        .map(orders -> new ErasureCounts(orders.size(), named.size()))));
    }

    /** The customer's orders, each locked as who changes it does. */
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
