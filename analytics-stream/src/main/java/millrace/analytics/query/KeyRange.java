package millrace.analytics.query;

import org.apache.kafka.streams.query.RangeQuery;

/**
 * Keys of a store, both ends among them.
 *
 * @param first {@code null} where the range has no beginning
 * @param last {@code null} where the range has no end
 */
record Range(String first, String last) {
    static Range of(String key) {
        return new Range(key, key);
    }

    <V> RangeQuery<String, V> query() {
        return RangeQuery.<String, V>withRange(first, last).withAscendingKeys();
    }
}
