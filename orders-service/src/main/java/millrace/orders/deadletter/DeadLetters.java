package millrace.orders.deadletter;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.Response.Status;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Records of a channel that cannot be applied, and behind each of them the later ones of its key: they are parked, so that
 * the key keeps its order, while all other keys flow on. What is parked is bounded by the disk alone: where it is full, the
 * partition waits.
 *
 * <p>A key that has records waiting has a row of its own. Who adds to them, or takes from them, holds that row: a record
 * cannot be applied while one before it is still waiting.
 */
@ApplicationScoped
public class DeadLetters {
    private static final Uni<List<DeadLetter>> NOBODY = Uni.createFrom().item(List.of());

    /** Which of the keys have records waiting. Nobody takes from those before the transaction ends. */
    public Uni<Set<ByteBuffer>> blocked(Mutiny.StatelessSession session, Collection<byte[]> keys) {
        if (keys.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        return session.createNativeQuery(
                        "SELECT key FROM blocked_keys WHERE key IN (:keys) ORDER BY key FOR UPDATE", byte[].class)
                .setParameter("keys", keys)
                .getResultList()
                .map(found -> found.stream().map(ByteBuffer::wrap).collect(Collectors.toSet()));
    }

    /** Which of these are kept here, or were. */
    public Uni<List<String>> known(Mutiny.StatelessSession session, Collection<String> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return session.createSelectionQuery("select id from DeadLetter where id in :ids", String.class)
                .setParameter("ids", ids)
                .getResultList();
    }

    /** Keeps them, and blocks their keys. A record without a key blocks nothing. */
    public Uni<Void> keep(Mutiny.StatelessSession session, List<DeadLetter> fresh) {
        if (fresh.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var keys = fresh.stream()
                .map(DeadLetter::key)
                .filter(Objects::nonNull)
                .map(ByteBuffer::wrap)
                .distinct()
                .sorted()
                .map(ByteBuffer::array)
                .toList();
        return session.insertMultiple(fresh).chain(() -> block(session, keys));
    }

    private static Uni<Void> block(Mutiny.StatelessSession session, List<byte[]> keys) {
        var done = Uni.createFrom().voidItem();
        for (var key : keys) {
            done = done.chain(() -> session.createNativeQuery(
                            "INSERT INTO blocked_keys (key) VALUES (:key) ON CONFLICT DO NOTHING")
                    .setParameter("key", key)
                    .executeUpdate()
                    .replaceWithVoid());
        }
        return done;
    }

    /**
     * The dead letter of that id, with its key held until the transaction ends.
     *
     * @throws NotFoundException where there is none
     * @throws ClientErrorException 409 where it waits no more, or not as the first of its key
     */
    Uni<DeadLetter> first(Mutiny.StatelessSession session, String id) {
        return session.get(DeadLetter.class, id)
                .onItem()
                .ifNull()
                .failWith(() -> new NotFoundException("No dead letter " + id + "."))
                .call(letter -> hold(session, letter))
                .chain(letter -> waiting(session, letter).map(waiting -> requireFirst(id, waiting)));
    }

    /** Writes that it waits no more, and returns the id of what is parked behind it. */
    Uni<Optional<String>> release(Mutiny.StatelessSession session, DeadLetter letter) {
        return session.update(letter)
                .chain(() -> letter.key() == null ? NOBODY : waiting(session, letter))
                .call(left -> left.isEmpty() && letter.key() != null
                        ? unblock(session, letter.key())
                        : Uni.createFrom().voidItem())
                .map(left -> left.stream().map(DeadLetter::id).findFirst());
    }

    private static Uni<Void> hold(Mutiny.StatelessSession session, DeadLetter letter) {
        return letter.key() == null
                ? Uni.createFrom().voidItem()
                : session.createNativeQuery("SELECT key FROM blocked_keys WHERE key = :key FOR UPDATE", byte[].class)
                        .setParameter("key", letter.key())
                        .getResultList()
                        .replaceWithVoid();
    }

    /** The first of its key; one without a key is first where it waits at all. */
    private static Uni<List<DeadLetter>> waiting(Mutiny.StatelessSession session, DeadLetter letter) {
        var which = letter.key() == null ? "id = :letter" : "key = :letter";
        return session.createSelectionQuery(
                        "from DeadLetter where resolution is null and " + which + " order by partition, offset",
                        DeadLetter.class)
                .setParameter("letter", letter.key() == null ? letter.id() : letter.key())
                .setMaxResults(1)
                .getResultList();
    }

    private static DeadLetter requireFirst(String id, List<DeadLetter> waiting) {
        if (waiting.isEmpty()) {
            throw new ClientErrorException("Dead letter %s waits no more.".formatted(id), Status.CONFLICT);
        }
        var first = waiting.getFirst();
        if (!first.id().equals(id)) {
            throw new ClientErrorException(
                    "%s is parked behind dead letter %s: that one comes first.".formatted(id, first.id()),
                    Status.CONFLICT);
        }
        return first;
    }

    private static Uni<Void> unblock(Mutiny.StatelessSession session, byte[] key) {
        return session.createNativeQuery("DELETE FROM blocked_keys WHERE key = :key")
                .setParameter("key", key)
                .executeUpdate()
                .replaceWithVoid();
    }
}
