package millrace.events;

import java.time.Instant;
import java.util.List;

/**
 * A cart without an order 30 minutes after its last change. Channel {@code abandoned-carts}, keyed by
 * {@code start|source|visitor}; a visit has one. A tombstone withdraws it when an order or another change follows.
 *
 * @param start time of the first change of a cart in the visit; an earlier click that comes late does not move it
 * @param changedAt time of the cart's last change
 * @param items of the cart, one per product id
 */
public record AbandonedCart(Instant start, String source, String visitor, Instant changedAt, List<Item> items) {
    public record Item(String productId, long quantity) {}
}
