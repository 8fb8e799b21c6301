package millrace.analytics.query;

import millrace.analytics.engine.TableQuery;

/**
 * Range of keys of a table, both ends inclusive.
 *
 * @param first {@code null} for no lower bound
 * @param last {@code null} for no upper bound
 */
record KeyRange(String first, String last) {
    static KeyRange of(String key) {
        return new KeyRange(key, key);
    }

    /** Returns the part of the range from the window of a key on; all of it where the key has no window. */
    KeyRange from(String key) {
        var start = start(key);
        var narrower = start.matches("[-+]?[0-9]+-[0-9:.T-]+Z\\|") && (first == null || first.compareTo(start) < 0);
        return narrower ? new KeyRange(start, last) : this;
    }

    /** Returns the text that all keys of the same window begin with. Strings sort otherwise than bytes; instants do not. */
    static String start(String key) {
        return key.substring(0, key.indexOf('|') + 1);
    }

    <V> TableQuery<V> query(char table) {
        return new TableQuery<>(table, first, last);
    }
}
