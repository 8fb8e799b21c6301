package millrace.analytics.products;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.Binary;
import millrace.events.TopProducts;
import millrace.events.TopProducts.Product;
import org.apache.kafka.common.serialization.Serde;

/**
 * Rankings of the products of one hour.
 *
 * @param most number of products that each list can hold
 * @param open number of products whose counts may still change
 */
public record Ranking(List<Product> viewed, List<Product> carted, List<Product> bought, int most, int open) {
    private static final Duration HOUR = Duration.ofHours(1);

    static Ranking empty(int most) {
        return new Ranking(List.of(), List.of(), List.of(), most, 0);
    }

    public static final Serde<Ranking> SERDE = Binary.plain(
            (ranking, out) -> {
                Binary.writeAll(ranking.viewed, Ranking::write, out);
                Binary.writeAll(ranking.carted, Ranking::write, out);
                Binary.writeAll(ranking.bought, Ranking::write, out);
                out.writeInt(ranking.most);
                out.writeInt(ranking.open);
            },
            in -> new Ranking(
                    Binary.readAll(Ranking::read, in),
                    Binary.readAll(Ranking::read, in),
                    Binary.readAll(Ranking::read, in),
                    in.readInt(),
                    in.readInt()));

    static final Comparator<Product> MOST_FIRST =
            Comparator.comparingLong(Product::count).reversed().thenComparing(Product::productId);

    /**
     * Returns the list with the product at its new rank, cut after {@code most}. Where the count grows, no product that was
     * cut off can move up without an update of its own.
     */
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

    /** Returns the ranking with the counts of a product. */
    Ranking with(String id, Aggregate sum) {
        return new Ranking(
                with(viewed, id, sum.count(0), most),
                with(carted, id, sum.count(1), most),
                with(bought, id, sum.count(2), most),
                most,
                open);
    }

    Ranking withOpen(int products) {
        return new Ranking(viewed, carted, bought, most, open + products);
    }

    /** Returns true if a list has the product with a larger count: another product may now be before it. */
    boolean isLessIn(String id, Aggregate sum) {
        return isLess(viewed, id, sum.count(0)) || isLess(carted, id, sum.count(1)) || isLess(bought, id, sum.count(2));
    }

    private static boolean isLess(List<Product> list, String id, long count) {
        return list.stream().anyMatch(product -> product.productId().equals(id) && product.count() > count);
    }

    /** Returns the record of the channel. */
    public TopProducts top(Instant hour) {
        return new TopProducts(hour, hour.plus(HOUR), viewed, carted, bought, open == 0);
    }

    private static void write(Product product, DataOutputStream out) throws IOException {
        out.writeUTF(product.productId());
        out.writeLong(product.count());
    }

    private static Product read(DataInputStream in) throws IOException {
        return new Product(in.readUTF(), in.readLong());
    }
}
