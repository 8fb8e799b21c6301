package millrace.events;

import java.time.Instant;
import java.util.List;

/**
 * The products most viewed, put into carts and bought from {@code start} (inclusive) to {@code end} (exclusive), most
 * first, ties by product id. Channel {@code top-products}, keyed by {@code start}.
 *
 * @param viewed by how often each was looked at
 * @param carted by how often each was put into a cart
 * @param bought by units on the lines of accepted orders
 * @param settled nothing can change it but history of a source that was not counted in it so far
 */
public record TopProducts(
        Instant start, Instant end, List<Product> viewed, List<Product> carted, List<Product> bought, boolean settled) {
    /** @param count how often or how many */
    public record Product(String productId, long count) {}
}
