package millrace.orders.deadletter;

import io.smallrye.mutiny.Multi;
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
import java.util.TreeMap;
import java.util.stream.Collectors;
import millrace.events.Sha256;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Stores the records of a channel that cannot be applied. Later records of the same key are parked behind them, so that
 * each key keeps its sequence while all other keys continue. Parked records are limited by the disk only; when it is
 * full, the partition waits.
 *
 * <p>A key with waiting records has a row in {@code blocked_keys}. Every transaction that adds or resolves records of
 * the key locks that row, so that no record is applied while an earlier one waits.
 */
@ApplicationScoped
public class DeadLetters {
    private static final Uni<List<String>> NONE = Uni.createFrom().item(List.of());

    /** Returns those of the keys that have waiting records, and locks them until the transaction ends. */
    public Uni<Set<ByteBuffer>> blockedKeys(Mutiny.StatelessSession session, Collection<byte[]> keys) {
        if (keys.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        return session.createNativeQuery(
                        "SELECT key FROM blocked_keys WHERE hash IN (:hashes) ORDER BY hash FOR UPDATE", byte[].class)
                .setParameter("hashes", keys.stream().map(DeadLetters::hash).toList())
                .getResultList()
                .map(found -> found.stream().map(ByteBuffer::wrap).collect(Collectors.toSet()));
    }

    /** Returns those of the ids that are stored, resolved or not. */
    public Uni<List<String>> existing(Mutiny.StatelessSession session, Collection<String> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return session.createSelectionQuery("select id from DeadLetter where id in :ids", String.class)
                .setParameter("ids", ids)
                .getResultList();
    }

    /** Inserts dead letters and blocks their keys; a record without a key blocks none. */
    public Uni<Void> insert(Mutiny.StatelessSession session, List<DeadLetter> letters) {
        if (letters.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var keys = new TreeMap<ByteBuffer, byte[]>();
        letters.stream()
                .map(DeadLetter::key)
                .filter(Objects::nonNull)
                .forEach(key -> keys.put(ByteBuffer.wrap(hash(key)), key));
        return session.insertMultiple(letters).chain(() -> block(session, keys.values()));
    }

    private static Uni<Void> block(Mutiny.StatelessSession session, Collection<byte[]> keys) {
        return Multi.createFrom()
                .iterable(keys)
                .onItem()
                .call(key -> session.createNativeQuery(
                                "INSERT INTO blocked_keys (hash, key) VALUES (:hash, :key) ON CONFLICT DO NOTHING")
                        .setParameter("hash", hash(key))
                        .setParameter("key", key)
                        .executeUpdate())
                .onItem()
                .ignoreAsUni();
    }

    /** Erases the bodies of all dead letters of these keys, resolves those that wait, and unblocks the keys. */
    public Uni<Void> erase(Mutiny.StatelessSession session, Collection<byte[]> keys) {
        if (keys.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var hashes = keys.stream().map(DeadLetters::hash).toList();
        return erase(session, "key_hash IN (:which)", hashes)
                .chain(() -> session.createNativeQuery("DELETE FROM blocked_keys WHERE hash IN (:hashes)")
                        .setParameter("hashes", hashes)
                        .executeUpdate())
                .replaceWithVoid();
    }

    /**
     * Erases single dead letters. Records parked behind them keep waiting; a key without waiting records is unblocked.
     */
    Uni<Void> eraseOnly(Mutiny.StatelessSession session, Collection<String> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery("""
                        SELECT key FROM blocked_keys
                        WHERE hash IN (SELECT key_hash FROM dead_letters WHERE id IN (:ids))
                        ORDER BY hash FOR UPDATE""", byte[].class)
                .setParameter("ids", ids)
                .getResultList()
                .chain(() -> erase(session, "id IN (:which)", ids))
                .chain(() ->
                        session.createNativeQuery("""
                                DELETE FROM blocked_keys WHERE hash IN
                                    (SELECT key_hash FROM dead_letters WHERE id IN (:ids))
                                AND NOT EXISTS (SELECT FROM dead_letters
                                                WHERE key_hash = hash AND resolution IS NULL)""").setParameter("ids", ids).executeUpdate())
                .replaceWithVoid();
    }

    private static Uni<Integer> erase(Mutiny.StatelessSession session, String which, Collection<?> values) {
        return session.createNativeQuery("""
                        UPDATE dead_letters
                        SET value = NULL, traceparent = NULL,
                            reason = CASE WHEN reason IS NOT NULL THEN 'It was erased.' END,
                            resolved_at = coalesce(resolved_at, now()), resolution = coalesce(resolution, 'erased')
                        WHERE""" + " " + which)
                .setParameter("which", values)
                .executeUpdate();
    }

    /**
     * Returns a dead letter, with its key locked until the transaction ends.
     *
     * @throws NotFoundException where the id is unknown
     * @throws ClientErrorException 409 where it is resolved, or not the first of its key
     */
    Uni<DeadLetter> lockFirst(Mutiny.StatelessSession session, String id) {
        return session.get(DeadLetter.class, id)
                .onItem()
                .ifNull()
                .failWith(() -> new NotFoundException("No dead letter " + id + "."))
                .call(letter -> lockKey(session, letter))
                .call(letter -> waiting(session, letter).invoke(waiting -> requireFirst(id, waiting)))
                .chain(letter -> session.get(DeadLetter.class, id));
    }

    /**
     * Stores that it is resolved, unblocks its key if no record is left, and returns the id of the next parked record.
     */
    Uni<Optional<String>> release(Mutiny.StatelessSession session, DeadLetter letter) {
        return session.update(letter)
                .chain(() -> letter.key() == null ? NONE : waiting(session, letter))
                .call(left -> left.isEmpty() && letter.key() != null
                        ? unblock(session, letter.key())
                        : Uni.createFrom().voidItem())
                .map(left -> left.stream().findFirst());
    }

    /** Hashes a key with SHA-256, so that a writer of the channel cannot make two keys collide. */
    public static byte[] hash(byte[] key) {
        return Sha256.hash(key);
    }

    private static Uni<Void> lockKey(Mutiny.StatelessSession session, DeadLetter letter) {
        return letter.key() == null
                ? Uni.createFrom().voidItem()
                : session.createNativeQuery("SELECT key FROM blocked_keys WHERE hash = :hash FOR UPDATE", byte[].class)
                        .setParameter("hash", hash(letter.key()))
                        .getResultList()
                        .replaceWithVoid();
    }

    /** Returns the id of the first waiting record of its key; a record without a key is always the first. */
    private static Uni<List<String>> waiting(Mutiny.StatelessSession session, DeadLetter letter) {
        var which = letter.key() == null ? "id = :letter" : "key_hash = :letter";
        return session.createNativeQuery(
                        "SELECT id FROM dead_letters WHERE resolution IS NULL AND " + which
                                + " ORDER BY number LIMIT 1",
                        String.class)
                .setParameter("letter", letter.key() == null ? letter.id() : hash(letter.key()))
                .getResultList();
    }

    private static void requireFirst(String id, List<String> waiting) {
        if (waiting.isEmpty()) {
            throw new ClientErrorException("Dead letter %s waits no more.".formatted(id), Status.CONFLICT);
        }
        if (!waiting.getFirst().equals(id)) {
            throw new ClientErrorException(
                    "%s is parked behind dead letter %s: that one comes first.".formatted(id, waiting.getFirst()),
                    Status.CONFLICT);
        }
    }

    private static Uni<Void> unblock(Mutiny.StatelessSession session, byte[] key) {
        return session.createNativeQuery("DELETE FROM blocked_keys WHERE hash = :hash")
                .setParameter("hash", hash(key))
                .executeUpdate()
                .replaceWithVoid();
    }
}
