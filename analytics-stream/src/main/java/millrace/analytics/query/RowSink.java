package millrace.analytics.query;

/** Receives the rows of a table, one partition after the other. */
interface RowSink<V> {
    /** Begins a partition; the rows that follow, up to the next call, are all rows of it. */
    void partition(int number);

    void row(String key, V value);

    /** Returns true if no further row of this partition is needed, whose keys follow in ascending order from this one on. */
    default boolean endsBefore(String key) {
        return false;
    }
}
