package millrace.e2e;

import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * How far counts are from the truth.
 *
 * @param missing what was not counted
 * @param excess what was counted and not there, or twice
 */
record CountDeviation(long missing, long excess) {
    /** @param of what of a row is counted */
    static <V> CountDeviation of(Map<String, V> told, Map<String, V> truth, ToLongFunction<V> of) {
        var missing = 0L;
        var excess = 0L;
        var differences = new TreeMap<String, Long>();
        told.forEach((key, row) -> differences.merge(key, of.applyAsLong(row), Long::sum));
        truth.forEach((key, row) -> differences.merge(key, -of.applyAsLong(row), Long::sum));
        for (var difference : differences.values()) {
            missing += Math.max(0, -difference);
            excess += Math.max(0, difference);
        }
        return new CountDeviation(missing, excess);
    }

    /** How many rows are not as they are in truth, whatever is wrong with them. */
    static <V> long wrong(Map<String, V> told, Map<String, V> truth) {
        var keys = new HashSet<>(told.keySet());
        keys.addAll(truth.keySet());
        keys.removeIf(key -> told.containsKey(key) && told.get(key).equals(truth.get(key)));
        return keys.size();
    }
}
