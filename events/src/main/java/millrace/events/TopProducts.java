package millrace.events;

import java.time.Instant;
import java.util.List;

/**
 * The products most viewed, put into carts and bought from {@code start} (inclusive) to {@code end} (exclusive), most
 * first, ties by product id. Channel {@code top-products}, keyed by {@code start}.
 *
 * @param viewed by number of views
 * @param carted by number of times that it was put into a cart
 * @param bought by units on the lines of accepted orders
 * @param settled true if only the history of a source that was not counted so far can change it
 */
public record TopProducts(
        Instant start, Instant end, List<Product> viewed, List<Product> carted, List<Product> bought, boolean settled) {
    /** @param count of views, carts or units */
    public record Product(String productId, long count) {}
}
