package millrace.analytics.query;

import org.apache.kafka.streams.query.RangeQuery;

/**
 * Range of keys of a store, both ends inclusive.
 *
 * @param first {@code null} for no lower bound
 * @param last {@code null} for no upper bound
 */
record KeyRange(String first, String last) {
    static KeyRange of(String key) {
        return new KeyRange(key, key);
    }

    <V> RangeQuery<String, V> query() {
        return RangeQuery.<String, V>withRange(first, last).withAscendingKeys();
    }
}
