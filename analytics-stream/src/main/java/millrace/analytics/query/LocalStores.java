package millrace.analytics.query;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.TreeMap;
import millrace.analytics.progress.Progress;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Reads the partitions that this instance works on. They show what the job has committed, or is about to: up to one
 * commit interval is still in memory.
 */
@ApplicationScoped
class Local {
    private final KafkaStreams streams;
    private final Progress progress;

    Local(KafkaStreams streams, Progress progress) {
        this.streams = streams;
        this.progress = progress;
    }

    /** The caller closes the rows. 503 where the job does not run, which says how far it is. */
    <V> LocalRows<V> open(Store<V> store, Range range) {
        if (streams.state() != KafkaStreams.State.RUNNING) {
            throw notReady(store);
        }
        var rows = new LocalRows<V>(new TreeMap<>());
        try {
            streams.query(StateQueryRequest.inStore(store.name())
                            .withQuery(range.<V>query())
                            .requireActive())
                    .getPartitionResults()
                    .forEach((number, result) -> add(rows, number, result, store));
            return rows;
        } catch (InvalidStateStoreException moved) {
            rows.close();
            throw notReady(store);
        }
    }

    /** A partition that is not this instance's to answer for is left out; who asks for it misses it. */
    private <V> void add(
            LocalRows<V> rows, int number, QueryResult<KeyValueIterator<String, V>> result, Store<V> store) {
        if (result.isSuccess()) {
            rows.partitions().put(number, result.getResult());
        } else if (result.getFailureReason() == FailureReason.UNKNOWN_QUERY_TYPE) {
            throw new IllegalStateException(
                    "The store " + store.name() + " cannot be asked for a range: " + result.getFailureMessage());
        }
    }

    RuntimeException notReady(Store<?> store) {
        return Problem.unavailable(
                "The store %s is not ready at %s: %s".formatted(store.name(), progress.address(), progress.sentence()));
    }
}
