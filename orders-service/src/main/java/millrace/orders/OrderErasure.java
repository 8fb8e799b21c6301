package millrace.orders;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Erases the data of orders outside of their rows: an event of the history keeps its type, ids and times only, and rows
 * of the order that are set aside in the outbox are deleted.
 */
final class OrderErasure {
    /**
     * Removes escaped NULs, which PostgreSQL cannot read as text; an even number of backslashes before one makes it
     * another text.
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
