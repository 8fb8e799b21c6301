package millrace.orders.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.ClientErrorException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import millrace.events.Json;
import millrace.events.TransactionEvent;
import millrace.orders.deadletter.DeadLetters;
import millrace.orders.outage.BackgroundWork;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Idempotency keys of the back office. A key belongs to its caller and expires after a week, even if its row has not
 * been deleted yet.
 */
@ApplicationScoped
class IdempotencyKeys {
    private static final int UNPROCESSABLE = 422;
    private static final Duration EXPIRE_EVERY = Duration.ofMinutes(1);

    /**
     * If a concurrent request has just inserted the key, this statement waits for that transaction and changes nothing.
     */
    private static final String ENTER = """
            INSERT INTO requests AS known (caller, key, asked, event_id) VALUES (:caller, :key, :asked, :event)
            ON CONFLICT (caller, key) DO UPDATE SET asked = excluded.asked, event_id = excluded.event_id, asked_at = now()
            WHERE known.asked_at < now() - interval '7 days'""";

    private static final String EXPIRE = """
            DELETE FROM requests WHERE (caller, key) IN
                (SELECT caller, key FROM requests WHERE asked_at < now() - interval '7 days' ORDER BY asked_at LIMIT 1000)""";

    private final Pool pool;
    private final BackgroundWork background;

    IdempotencyKeys(Pool pool, BackgroundWork background) {
        this.pool = pool;
        this.background = background;
    }

    /**
     * Registers a request under its key, or finds the earlier request with that key.
     *
     * @param transaction that the request would become
     * @return id of the transaction that the key stands for: this one's, or that of the first request with the key
     * @throws ClientErrorException 422 where the key stands for another request
     */
    Uni<String> register(Mutiny.StatelessSession session, String caller, String key, TransactionEvent transaction) {
        var requested = digest(transaction);
        return session.createNativeQuery(ENTER)
                .setParameter("caller", caller)
                .setParameter("key", key)
                .setParameter("asked", requested)
                .setParameter("event", transaction.eventId())
                .executeUpdate()
                .chain(entered -> entered == 1
                        ? Uni.createFrom().item(transaction.eventId())
                        : session.createNativeQuery(
                                        "SELECT asked, event_id FROM requests WHERE caller = :caller AND key = :key",
                                        Object[].class)
                                .setParameter("caller", caller)
                                .setParameter("key", key)
                                .getSingleResult()
                                .map(List::of)
                                .map(known -> sameRequest(known, requested)));
    }

    void start(@Observes StartupEvent event) {
        background.every(EXPIRE_EVERY, this::expire);
    }

    /** @return number of keys that were removed, at most 1,000 */
    Uni<Integer> expire() {
        return pool.withConnection(connection -> connection.query(EXPIRE).execute())
                .map(rows -> rows.rowCount());
    }

    private static String sameRequest(List<Object> known, String requested) {
        if (!known.getFirst().equals(requested)) {
            throw new ClientErrorException(
                    "You have used this Idempotency-Key to ask for something else: take another one.", UNPROCESSABLE);
        }
        return (String) known.getLast();
    }

    /**
     * Hashes all that is requested, with amounts in minor units, so that 10 and 10.00 are equal; the event's id and
     * times are left out.
     */
    private static String digest(TransactionEvent transaction) {
        var requested = Json.MAPPER.<ObjectNode>valueToTree(transaction);
        requested.remove(List.of("eventId", "timestamp", "receivedAt"));
        return HexFormat.of().formatHex(DeadLetters.hash(requested.toString().getBytes(UTF_8)));
    }
}
