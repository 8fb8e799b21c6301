package millrace.analytics.engine;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * An aggregate whose rows are counted in each partition first, and then over all partitions.
 *
 * @param name of the aggregate in partial counts
 * @param table id of the table of its rows over all partitions
 * @param counts how many a row has
 * @param distinct whether one more follows: how many different ones were counted
 * @param window length of one; {@code null} where rows never settle
 * @param place what of a row's key says where its partitions are added up
 */
public record TwoPhaseAggregate(
        String name, char table, int counts, boolean distinct, Duration window, UnaryOperator<String> place) {
    private static final int CACHED = 5_000;

    /** Rows by hash of their whole key. */
    public static TwoPhaseAggregate of(String name, char table, int counts, Duration window) {
        return new TwoPhaseAggregate(name, table, counts, false, window, UnaryOperator.identity());
    }

    /** Its last count is of different ones. */
    public TwoPhaseAggregate andDistinct() {
        return new TwoPhaseAggregate(name, table, counts, true, window, place);
    }

    /** Rows of one place are added up in one partition. */
    public TwoPhaseAggregate at(UnaryOperator<String> other) {
        return new TwoPhaseAggregate(name, table, counts, distinct, window, other);
    }

    /** Key of the row → {@link Aggregate}. */
    public TableSpec<Aggregate> rows() {
        return TableSpec.of(table, name, Aggregate.SERDE, CACHED);
    }
}
