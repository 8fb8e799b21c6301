package millrace.analytics.query;

import java.util.BitSet;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import millrace.access.Problem;

/** Passes rows on and checks that every partition of the table was among them exactly once. */
final class CompletenessCheck<V> implements RowSink<V> {
    /** Limit of rows of one query, which bounds its time and memory; 400 beyond it. */
    private static final int MAX_ROWS = 1_000_000;

    private final QueryableTable<V> table;
    private final int partitions;
    private final BiPredicate<String, V> next;
    private final int enough;
    private final BitSet answered = new BitSet();
    private int rows;
    private int taken;
    private String lastStart = "";

    CompletenessCheck(QueryableTable<V> table, int partitions, BiConsumer<String, V> next) {
        this(table, partitions, Integer.MAX_VALUE, (key, value) -> {
            next.accept(key, value);
            return true;
        });
    }

    /**
     * @param enough number of rows that are needed of each partition; the other rows of the last one's window come as well
     * @param next returns true if it has taken the row, false if the row does not count
     */
    CompletenessCheck(QueryableTable<V> table, int partitions, int enough, BiPredicate<String, V> next) {
        this.table = table;
        this.partitions = partitions;
        this.enough = enough;
        this.next = next;
    }

    @Override
    public void partition(int number) {
        if (answered.get(number)) {
            throw Problem.unavailable(
                    "Two instances answer for partition %d of the table %s: it moves from one to the other."
                            .formatted(number, table.name()));
        }
        answered.set(number);
        taken = 0;
    }

    @Override
    public boolean endsBefore(String key) {
        return taken >= enough && !key.startsWith(lastStart);
    }

    @Override
    public void row(String key, V value) {
        rows++;
        if (rows > MAX_ROWS) {
            throw Problem.badRequest("The span holds more than %d rows of the table %s: ask for a shorter one"
                    .formatted(MAX_ROWS, table.name()));
        }
        if (next.test(key, value)) {
            taken++;
            if (taken == enough) {
                lastStart = KeyRange.start(key);
            }
        }
    }

    /** 503 if a partition is missing. */
    void requireComplete() {
        var missing = new BitSet();
        missing.set(0, partitions);
        missing.andNot(answered);
        if (!missing.isEmpty()) {
            throw Problem.unavailable(
                    "No instance answers for partition %s of the table %s: it moves from one to another."
                            .formatted(
                                    missing.stream().mapToObj(Integer::toString).collect(Collectors.joining(", ")),
                                    table.name()));
        }
    }
}
