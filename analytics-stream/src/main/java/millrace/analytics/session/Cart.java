package millrace.analytics.session;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The contents of a visitor's cart since the last order.
 *
 * @param begunAt time of the first change of the cart in its visit: it names the cart, because neither an earlier click
 *     nor an order moves it
 * @param items product → how many, at least one
 */
record Cart(long begunAt, long changedAt, Map<String, Long> items) {
    /** Empty where nothing is in it. */
    static Optional<Cart> of(Session session, long lastOrder) {
        var items = new TreeMap<String, Long>();
        var changedAt = Long.MIN_VALUE;
        for (var change : session.changes()) {
            if (change.at() > lastOrder) {
                items.merge(change.product(), change.quantity(), Long::sum);
                changedAt = Math.max(changedAt, change.at());
            }
        }
        items.values().removeIf(quantity -> quantity < 1);
        return items.isEmpty()
                ? Optional.empty()
                : Optional.of(new Cart(session.changes().getFirst().at(), changedAt, items));
    }
}
