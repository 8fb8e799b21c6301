package millrace.analytics.query;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.TreeMap;
import millrace.access.Problem;
import millrace.analytics.progress.JobProgress;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Queries the partitions that this instance processes. They show what the job has committed or is about to commit: up
 * to one commit interval is still in memory.
 */
@ApplicationScoped
class LocalStores {
    private final KafkaStreams streams;
    private final JobProgress progress;

    LocalStores(KafkaStreams streams, JobProgress progress) {
        this.streams = streams;
        this.progress = progress;
    }

    /**
     * Opens the local rows of a range; the caller closes them. 503 with the restore progress if the job does not run.
     */
    <V> LocalRows<V> open(QueryableStore<V> store, KeyRange range) {
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

    /** Leaves out partitions of other instances; the completeness check reports one that is missing everywhere. */
    private <V> void add(
            LocalRows<V> rows, int number, QueryResult<KeyValueIterator<String, V>> result, QueryableStore<V> store) {
        if (result.isSuccess()) {
            rows.partitions().put(number, result.getResult());
        } else if (result.getFailureReason() == FailureReason.UNKNOWN_QUERY_TYPE) {
            throw new IllegalStateException(
                    "The store " + store.name() + " cannot be asked for a range: " + result.getFailureMessage());
        }
    }

    RuntimeException notReady(QueryableStore<?> store) {
        return Problem.unavailable(
                "The store %s is not ready at %s: %s".formatted(store.name(), progress.address(), progress.sentence()));
    }
}
