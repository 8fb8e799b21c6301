package millrace.analytics.product;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import millrace.analytics.tally.Binary;
import millrace.events.TopProducts.Product;
import org.apache.kafka.common.serialization.Serde;

/**
 * The ranking of an hour as it grows.
 *
 * @param open products of which something may still change
 * @param told whether the channel has it as it is
 */
record Ranking(List<Product> viewed, List<Product> carted, List<Product> bought, int open, boolean told) {
    static final Ranking EMPTY = new Ranking(List.of(), List.of(), List.of(), 0, true);

    static final Serde<Ranking> SERDE = Binary.serde(
            (ranking, out) -> {
                Binary.writeAll(ranking.viewed, Ranking::write, out);
                Binary.writeAll(ranking.carted, Ranking::write, out);
                Binary.writeAll(ranking.bought, Ranking::write, out);
                out.writeInt(ranking.open);
                out.writeBoolean(ranking.told);
            },
            in -> new Ranking(
                    Binary.readAll(Ranking::read, in),
                    Binary.readAll(Ranking::read, in),
                    Binary.readAll(Ranking::read, in),
                    in.readInt(),
                    in.readBoolean()));

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

    Ranking asTold() {
        return new Ranking(viewed, carted, bought, open, true);
    }

    private static void write(Product product, DataOutputStream out) throws IOException {
        out.writeUTF(product.productId());
        out.writeLong(product.count());
    }

    private static Product read(DataInputStream in) throws IOException {
        return new Product(in.readUTF(), in.readLong());
    }
}
