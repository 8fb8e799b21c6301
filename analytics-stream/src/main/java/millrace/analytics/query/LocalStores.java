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

/** Queries the partitions that this instance processes. They show what is committed, and nothing else. */
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
    <V> LocalRows<V> open(QueryableTable<V> table, KeyRange range) {
        if (streams.state() != KafkaStreams.State.RUNNING) {
            throw notReady(table);
        }
        var rows = new LocalRows<V>(new TreeMap<>());
        try {
            streams.query(StateQueryRequest.inStore(table.store())
                            .withQuery(range.<V>query(table.spec().id()))
                            .requireActive())
                    .getPartitionResults()
                    .forEach((number, result) -> add(rows, number, result, table));
            return rows;
        } catch (InvalidStateStoreException moved) {
            rows.close();
            throw notReady(table);
        }
    }

    /** Leaves out partitions of other instances; the completeness check reports one that is missing everywhere. */
    private <V> void add(
            LocalRows<V> rows, int number, QueryResult<KeyValueIterator<String, V>> result, QueryableTable<V> table) {
        if (result.isSuccess()) {
            rows.partitions().put(number, result.getResult());
        } else if (result.getFailureReason() == FailureReason.UNKNOWN_QUERY_TYPE) {
            throw new IllegalStateException(
                    "The table " + table.name() + " cannot be asked for a range: " + result.getFailureMessage());
        }
    }

    RuntimeException notReady(QueryableTable<?> table) {
        return Problem.unavailable(
                "The table %s is not ready at %s: %s".formatted(table.name(), progress.address(), progress.sentence()));
    }
}
