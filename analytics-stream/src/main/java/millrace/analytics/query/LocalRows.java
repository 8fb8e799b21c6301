package millrace.analytics.query;

import java.util.Map;
import org.apache.kafka.streams.state.KeyValueIterator;

/** Rows of a store that this instance holds, ready to be read once. Who opened them closes them. */
record LocalRows<V>(Map<Integer, KeyValueIterator<String, V>> partitions) implements AutoCloseable {
    /** @throws org.apache.kafka.streams.errors.InvalidStateStoreException where a partition leaves this instance now */
    void handTo(Rows<V> rows) {
        partitions.forEach((number, partition) -> {
            rows.partition(number);
            partition.forEachRemaining(entry -> rows.row(entry.key, entry.value));
        });
    }

    @Override
    public void close() {
        partitions.values().forEach(KeyValueIterator::close);
    }
}
