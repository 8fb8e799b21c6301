package millrace.analytics.product;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import millrace.events.TopProducts.Product;

/**
 * The ranking of an hour as it grows.
 *
 * @param open products of which something may still change
 */
record Ranking(List<Product> viewed, List<Product> carted, List<Product> bought, int open) {
    static final Ranking EMPTY = new Ranking(List.of(), List.of(), List.of(), 0);

    static final Comparator<Product> MOST_FIRST =
            Comparator.comparingLong(Product::count).reversed().thenComparing(Product::productId);

    /** The list with the product at its new place, cut after {@code most}: counts only grow, so nobody else moves up. */
    static List<Product> with(List<Product> list, String id, long count, int most) {
        if (count == 0) {
            return list;
        }
        var all = new ArrayList<>(list);
        all.removeIf(product -> product.productId().equals(id));
        all.add(new Product(id, count));
        all.sort(MOST_FIRST);
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }
}
