package millrace.analytics.tally;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Names an aggregate and says what a row of it has: counts by window and by what else the key of the row says.
 *
 * @param name of stores and steps
 * @param counts how many a row has
 * @param distinct whether one more follows: how many different ones were counted
 * @param window length of one; null where rows never settle
 * @param place what of a row's key says where it is added up
 */
public record Tally(String name, int counts, boolean distinct, Duration window, UnaryOperator<String> place) {
    /** Rows by hash of their whole key. */
    public static Tally of(String name, int counts, Duration window) {
        return new Tally(name, counts, false, window, UnaryOperator.identity());
    }

    /** Its last count is of different ones. */
    public Tally andDistinct() {
        return new Tally(name, counts, true, window, place);
    }

    /** Rows of one place are added up in one partition. */
    public Tally at(UnaryOperator<String> place) {
        return new Tally(name, counts, distinct, window, place);
    }

    /** Where the sums are kept: key of the row → {@link Sum}. */
    public String store() {
        return name + "-store";
    }
}
