package millrace.orders;

import jakarta.ws.rs.BadRequestException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.OrderState.Status;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * A page of orders, by order id.
 *
 * @param after the last order id of the page before; empty for the first page
 */
record OrderQuery(
        Optional<Status> status, Optional<String> customer, Optional<String> country, String after, int limit) {
    private static final int LIMIT = 100;
    private static final int LARGEST_LIMIT = 1000;

    /** @throws BadRequestException naming every parameter that is wrong; {@code null} is one that was not given */
    static OrderQuery of(String status, String customer, String country, String after, String limit) {
        var faults = new ArrayList<String>();
        var wanted = Optional.ofNullable(status).flatMap(StatusText::read);
        if (status != null && wanted.isEmpty()) {
            faults.add("status must be one of %s.".formatted(String.join(", ", StatusText.all())));
        }
        if (Stream.of(customer, country, after).anyMatch(text -> text != null && text.indexOf('\0') >= 0)) {
            faults.add("customer, country and after must be texts without the character NUL.");
        }
        int rows = limit == null ? LIMIT : number(limit);
        if (rows < 1 || rows > LARGEST_LIMIT) {
            faults.add("limit must be a number from 1 to %d.".formatted(LARGEST_LIMIT));
        }
        if (!faults.isEmpty()) {
            throw new BadRequestException(String.join(" ", faults));
        }
        return new OrderQuery(
                wanted, Optional.ofNullable(customer), Optional.ofNullable(country), after == null ? "" : after, rows);
    }

    Mutiny.SelectionQuery<Order> on(Mutiny.StatelessSession session) {
        var which = new StringBuilder("from Order where id > :after and status is not null");
        status.ifPresent(wanted -> which.append(" and status = :status"));
        customer.ifPresent(wanted -> which.append(" and customerId = :customer"));
        country.ifPresent(wanted -> which.append(" and country = :country"));
        var query = session.createSelectionQuery(which.append(" order by id").toString(), Order.class)
                .setParameter("after", after)
                .setMaxResults(limit);
        status.ifPresent(wanted -> query.setParameter("status", wanted));
        customer.ifPresent(wanted -> query.setParameter("customer", wanted));
        country.ifPresent(wanted -> query.setParameter("country", wanted));
        return query;
    }

    /** 0, which is no limit, where it is no number. */
    private static int number(String text) {
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }
}
