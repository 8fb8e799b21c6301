package millrace.orders.api;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import millrace.orders.store.OrderHistory;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Resolves the order in a path: {@code SOURCE/NUMBER}, which is an order's id, or a number alone, if exactly one source
 * has an order of that number.
 */
@ApplicationScoped
class OrderIds {
    /** Sources that the error names when a number is ambiguous. */
    private static final int MOST_NAMED = 10;

    private static final long RETRY_AFTER_SECONDS = 1;

    private final Mutiny.SessionFactory database;

    OrderIds(Mutiny.SessionFactory database) {
        this.database = database;
    }

    /**
     * Returns the id of the order, after waiting for one of that number; a text with a slash is an id already and is
     * not looked up.
     *
     * @throws NotFoundException where no source has an order of that number
     * @throws ClientErrorException 409 where several have
     */
    Uni<String> of(String idOrNumber, Duration atMost) {
        if (isId(idOrNumber)) {
            return Uni.createFrom().item(idOrNumber);
        }
        if (idOrNumber.indexOf('\0') >= 0 || idOrNumber.length() > RequestText.LONGEST_ID) {
            return Uni.createFrom().failure(() -> notFound(idOrNumber));
        }
        return OrderHistory.await(
                        () -> ofNumber(idOrNumber).map(ids -> Optional.of(ids).filter(found -> !found.isEmpty())),
                        atMost)
                .map(ids -> only(idOrNumber, ids.orElseThrow(() -> notFound(idOrNumber))));
    }

    /** True for an id, false for a number alone. */
    static boolean isId(String idOrNumber) {
        return idOrNumber.indexOf('/') >= 0;
    }

    Uni<String> of(String idOrNumber) {
        return of(idOrNumber, Duration.ZERO);
    }

    /** Error with {@code Retry-After}, because the order may still be on its way. */
    static NotFoundException notFound(String order) {
        return new NotFoundException(
                "No order " + order + ".",
                Response.status(Response.Status.NOT_FOUND)
                        .header("Retry-After", RETRY_AFTER_SECONDS)
                        .build());
    }

    private Uni<List<String>> ofNumber(String number) {
        return database.withStatelessSession(session -> session.createNativeQuery("""
                        SELECT id FROM orders
                        WHERE substr(id, strpos(id, '/') + 1) = :number AND status IS NOT NULL ORDER BY id""", String.class)
                .setParameter("number", number)
                .setMaxResults(MOST_NAMED + 1)
                .getResultList());
    }

    private static String only(String number, List<String> ids) {
        if (ids.size() > 1) {
            var more = ids.size() > MOST_NAMED ? ", and others" : "";
            throw new ClientErrorException(
                    "Several sources have an order %s: %s%s. Say which with the source before the number, as in /orders/%s."
                            .formatted(
                                    number,
                                    String.join(", ", ids.subList(0, Math.min(ids.size(), MOST_NAMED))),
                                    more,
                                    ids.getFirst()),
                    Response.Status.CONFLICT);
        }
        return ids.getFirst();
    }
}
