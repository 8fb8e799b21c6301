package millrace.orders.api;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import jakarta.ws.rs.BadRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.OrderState.Status;
import millrace.orders.domain.StatusText;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * A query for one page of orders, sorted by order id.
 *
 * @param discrepancies true for orders only that were paid and do not add up
 * @param after the last order id of the page before; empty for the first page
 */
record OrderQuery(
        Optional<Status> status,
        Optional<String> customer,
        Optional<String> country,
        boolean discrepancies,
        String after,
        int limit) {
    private static final int LIMIT = 100;
    private static final int LARGEST_LIMIT = 1000;

    /** Characters of a country or a reason in a list. */
    private static final int TEXT = 200;

    /**
     * Parses the parameters, of which each may be {@code null}.
     *
     * @throws BadRequestException naming every parameter that is wrong
     */
    static OrderQuery of(
            String status, String customer, String country, String discrepancies, String after, String limit) {
        var faults = new ArrayList<String>();
        var wanted = Optional.ofNullable(status).flatMap(StatusText::read);
        if (status != null && wanted.isEmpty()) {
            faults.add("status must be one of %s.".formatted(String.join(", ", StatusText.all())));
        }
        if (Stream.of(customer, country, after).anyMatch(text -> text != null && text.indexOf('\0') >= 0)) {
            faults.add("customer, country and after must be texts without the character NUL.");
        }
        if (discrepancies != null && !discrepancies.equals("true")) {
            faults.add("discrepancies can only be true.");
        }
        int rows = limit == null ? LIMIT : number(limit);
        if (rows < 1 || rows > LARGEST_LIMIT) {
            faults.add("limit must be a number from 1 to %d.".formatted(LARGEST_LIMIT));
        }
        if (!faults.isEmpty()) {
            throw new BadRequestException(String.join(" ", faults));
        }
        return new OrderQuery(
                wanted,
                Optional.ofNullable(customer),
                Optional.ofNullable(country),
                discrepancies != null,
                after == null ? "" : after,
                rows);
    }

    /**
     * Runs the query. Lines and charges are left out, and of the reasons the first is shortened, so that an order's
     * part of the page is bounded.
     */
    Uni<List<OrderView>> on(Mutiny.StatelessSession session) {
        var which = new StringBuilder("""
                SELECT id, state_version, status, left(country, :text) AS country, currency, total, refunded, placed_at, changed_at,
                       left(details #>> '{reasons,0}', :text) AS reason,
                       left(details #>> '{discrepancies,0}', :text) AS discrepancy
                FROM orders WHERE id > :after AND status IS NOT NULL""");
        status.ifPresent(wanted -> which.append(" AND status = :status"));
        customer.ifPresent(wanted -> which.append(" AND customer_id = :customer"));
        country.ifPresent(wanted -> which.append(" AND country = :country"));
        if (discrepancies) {
            which.append(" AND details #> '{discrepancies,0}' IS NOT NULL");
        }
        var query = session.createNativeQuery(which.append(" ORDER BY id").toString(), Tuple.class)
                .setParameter("after", after)
                .setParameter("text", TEXT)
                .setMaxResults(limit);
        status.ifPresent(wanted -> query.setParameter("status", StatusText.of(wanted)));
        customer.ifPresent(wanted -> query.setParameter("customer", wanted));
        country.ifPresent(wanted -> query.setParameter("country", wanted));
        return query.getResultList()
                .map(rows -> rows.stream().map(OrderView::listed).toList());
    }

    /** Returns 0, which is no valid limit, for a text that is no number. */
    private static int number(String text) {
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }
}
