package millrace.analytics.query;

import java.util.Map;
import org.apache.kafka.streams.state.KeyValueIterator;

/** Rows of a table that this instance holds; they can be read once. The caller of open closes them. */
record LocalRows<V>(Map<Integer, KeyValueIterator<String, V>> partitions) implements AutoCloseable {
    /**
     * Passes the rows to the sink, until it needs no more of a partition.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if a partition leaves this instance meanwhile
     */
    void writeTo(RowSink<V> rows) {
        partitions.forEach((number, partition) -> {
            rows.partition(number);
            while (partition.hasNext() && !rows.endsBefore(partition.peekNextKey())) {
                var entry = partition.next();
                rows.row(entry.key, entry.value);
            }
        });
    }

    @Override
    public void close() {
        partitions.values().forEach(KeyValueIterator::close);
    }
}
