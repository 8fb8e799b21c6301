package millrace.orders.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Splits a list into batches of a bounded size, in sequence. */
public final class BatchSplitter {
    private BatchSplitter() {}

    /**
     * Returns batches of at most that many bytes; a larger element has a batch of its own.
     *
     * @param bytes size of an element
     */
    public static <T> List<List<T>> split(List<T> all, ToIntFunction<T> bytes, int maxBytes) {
        var parts = new ArrayList<List<T>>();
        int start = 0;
        long sum = 0;
        for (int i = 0; i < all.size(); i++) {
            int size = bytes.applyAsInt(all.get(i));
            if (i > start && sum + size > maxBytes) {
                parts.add(all.subList(start, i));
                start = i;
                sum = 0;
            }
            sum += size;
        }
        if (start < all.size()) {
            parts.add(all.subList(start, all.size()));
        }
        return parts;
    }
}
