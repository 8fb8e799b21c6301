package millrace.analytics.query;

/** Takes the rows of a store, one partition after the other. */
interface Rows<V> {
    /** The rows that follow are all that this partition has. */
    void partition(int number);

    void row(String key, V value);
}
