package millrace.e2e;

import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Deviation of counts from the expected ones.
 *
 * @param missing number of missing counts
 * @param excess number of counts that are not expected, or that are counted twice
 */
record CountDeviation(long missing, long excess) {
    /** @param of the count of a row */
    static <V> CountDeviation of(Map<String, V> actual, Map<String, V> expected, ToLongFunction<V> of) {
        var missing = 0L;
        var excess = 0L;
        var differences = new TreeMap<String, Long>();
        actual.forEach((key, row) -> differences.merge(key, of.applyAsLong(row), Long::sum));
        expected.forEach((key, row) -> differences.merge(key, -of.applyAsLong(row), Long::sum));
        for (var difference : differences.values()) {
            missing += Math.max(0, -difference);
            excess += Math.max(0, difference);
        }
        return new CountDeviation(missing, excess);
    }

    /** Number of rows that differ from the expected ones in any field. */
    static <V> long differingRows(Map<String, V> actual, Map<String, V> expected) {
        var keys = new HashSet<>(actual.keySet());
        keys.addAll(expected.keySet());
        keys.removeIf(key -> actual.containsKey(key) && actual.get(key).equals(expected.get(key)));
        return keys.size();
    }
}
