package millrace.orders.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import jakarta.ws.rs.BadRequestException;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * A query for one page of dead letters without their bodies: in the sequence in which they came, or sorted by reasons
 * with a given prefix. A page reads only as many index entries as it has rows.
 *
 * @param key {@code null} for all keys
 * @param reason prefix of the reason; {@code null} for all
 * @param after id of the last dead letter of the page before; {@code null} for the first page
 * @param resolved true to include resolved ones
 */
record DeadLetterQuery(String key, String reason, String after, boolean resolved) {
    static final int PAGE = 100;

    /** Suffix that makes a prefix greater than every text that begins with it, in byte order. */
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private static final String BY_KEY = " AND key_hash = :key";
    private static final String BY_REASON = " AND reason >= :reason AND reason < :end";

    Uni<List<DeadLetterView>> on(Mutiny.StatelessSession session) {
        return (after == null ? Uni.createFrom().item(new PagePosition(-1, "")) : position(session))
                .chain(position -> page(session, position));
    }

    /** Position after which a page begins. */
    private record PagePosition(long number, String reason) {}

    private Uni<PagePosition> position(Mutiny.StatelessSession session) {
        return session.createNativeQuery("SELECT number, reason FROM dead_letters WHERE id = :id", Tuple.class)
                .setParameter("id", after)
                .getSingleResultOrNull()
                .onItem()
                .ifNull()
                .failWith(() -> new BadRequestException("after must be the id of a dead letter."))
                .map(row -> new PagePosition(row.get("number", Long.class), row.get("reason", String.class)));
    }

    private Uni<List<DeadLetterView>> page(Mutiny.StatelessSession session, PagePosition position) {
        var order = reason == null ? "number" : "reason, number";
        var query = session.createNativeQuery(
                        """
                        SELECT id, resolution, partition, "offset", substring(key FROM 1 FOR 300) AS key, reason, attempts,
                               received_at
                        FROM dead_letters WHERE"""
                                + (reason == null
                                        ? " number > :number"
                                        : " (reason, number) > (:place, :number)" + BY_REASON)
                                + (key == null ? "" : BY_KEY)
                                + (resolved ? "" : " AND resolution IS NULL")
                                + " ORDER BY " + order + " LIMIT " + PAGE,
                        Tuple.class)
                .setParameter("number", position.number());
        if (reason != null) {
            query.setParameter("place", position.reason() == null ? "" : position.reason())
                    .setParameter("reason", reason)
                    .setParameter("end", reason + LAST);
        }
        if (key != null) {
            query.setParameter("key", DeadLetters.hash(key.getBytes(UTF_8)));
        }
        return query.getResultList()
                .map(rows -> rows.stream().map(DeadLetterView::listed).toList());
    }

    /**
     * Returns the ids of the first dead letters that can be redriven: the first one of a key, dead or parked, or the
     * first page of those with a reason.
     */
    static Uni<List<String>> firstWaiting(Mutiny.StatelessSession session, String key, String reason) {
        var query = session.createNativeQuery(
                "SELECT id FROM dead_letters WHERE resolution IS NULL"
                        + (key == null ? "" : BY_KEY)
                        + (reason == null ? "" : BY_REASON)
                        + " ORDER BY " + (reason == null ? "number LIMIT 1" : "reason, number LIMIT " + PAGE),
                String.class);
        if (key != null) {
            query.setParameter("key", DeadLetters.hash(key.getBytes(UTF_8)));
        }
        if (reason != null) {
            query.setParameter("reason", reason).setParameter("end", reason + LAST);
        }
        return query.getResultList();
    }

    /** Returns the ids of parked records that are first of their key, because the record before them is resolved. */
    static Uni<List<String>> stranded(Mutiny.StatelessSession session) {
        return session.createNativeQuery("""
                        SELECT first.id FROM blocked_keys
                        CROSS JOIN LATERAL (SELECT id, reason, number FROM dead_letters
                                            WHERE key_hash = hash AND resolution IS NULL
                                            ORDER BY number LIMIT 1) AS first
                        WHERE first.reason IS NULL LIMIT""" + " " + PAGE, String.class).getResultList();
    }
}
