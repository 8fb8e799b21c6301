package millrace.events;

import java.time.Instant;
import java.util.List;

/**
 * The products most bought from {@code start} (inclusive) to {@code end} (exclusive), most units first, ties by product
 * id. Keyed by {@code start}.
 */
public record TopProducts(Instant start, Instant end, List<Product> products) {
    /** @param units units on the lines of accepted orders */
    public record Product(String productId, long units) {}
}
