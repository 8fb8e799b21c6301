package millrace.orders;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What is kept of orders besides their rows, once they are to be erased: of each event stays that there was one, of what type,
 * when and why; what is set aside of them in the outbox goes.
 */
final class OrderErasure {
    /** An escaped NUL is a text that PostgreSQL does not read; an even number of backslashes before it is another text. */
    private static final String REDACT = """
            UPDATE history
            SET event = json_build_object(
                'type', told ->> 'type', 'eventId', told ->> 'eventId', 'orderId', told ->> 'orderId',
                'version', history.version, 'causedBy', told ->> 'causedBy', 'source', told ->> 'source',
                'timestamp', told ->> 'timestamp', 'receivedAt', told ->> 'receivedAt')
            FROM (SELECT order_id, version,
                         CAST(regexp_replace(event, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000', '\\1', 'g') AS json) AS told
                  FROM history WHERE order_id = ANY (:ids)) AS past
            WHERE history.order_id = past.order_id AND history.version = past.version""";

    private static final String SET_ASIDE = """
            DELETE FROM outbox_set_aside
            WHERE channel IN ('orders', 'order-state')
              AND sha256(key) IN (SELECT sha256(convert_to(id, 'UTF8')) FROM unnest(CAST(:ids AS text[])) AS ids (id))""";

    private OrderErasure() {}

    static Uni<Void> of(Mutiny.StatelessSession session, Collection<String> orderIds) {
        if (orderIds.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var ids = orderIds.toArray(String[]::new);
        return session.createNativeQuery(REDACT)
                .setParameter("ids", ids)
                .executeUpdate()
                .chain(() -> session.createNativeQuery(SET_ASIDE)
                        .setParameter("ids", ids)
                        .executeUpdate())
                .replaceWithVoid();
    }
}
