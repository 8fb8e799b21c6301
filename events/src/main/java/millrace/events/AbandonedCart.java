package millrace.events;

import java.time.Instant;
import java.util.List;

/**
 * A cart without an order 30 minutes after its last change. Channel {@code abandoned-carts}, keyed by
 * {@code start|source|visitor} of the visit it was filled in. A tombstone withdraws it: an order or another change came
 * after all.
 *
 * @param start of the visit
 * @param changedAt time of the cart's last change
 * @param items what is in it, by product id
 */
public record AbandonedCart(Instant start, String source, String visitor, Instant changedAt, List<Item> items) {
    public record Item(String productId, long quantity) {}
}
