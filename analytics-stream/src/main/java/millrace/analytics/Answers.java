package millrace.analytics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.function.BiConsumer;
import millrace.analytics.stream.Window;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Reads the stores of the running job. One that is not ready answers 503 and says how far it is; nobody waits. */
@ApplicationScoped
class Answers {
    /** Seconds after which a client may ask again while a store is being restored. */
    private static final int RETRY_AFTER = 2;

    private final KafkaStreams streams;

    Answers(KafkaStreams streams) {
        this.streams = streams;
    }

    /** Hands every row of a store whose window starts in the span to {@code row}: key and value, in no stated order. */
    <V> void rows(String store, Span span, BiConsumer<String, V> row) {
        try (var rows = span.of(this.<V>store(store))) {
            rows.forEachRemaining(entry -> {
                if (span.holds(Window.start(entry.key))) {
                    row.accept(entry.key, entry.value.value());
                }
            });
        } catch (InvalidStateStoreException e) {
            throw notReady(store);
        }
    }

    private <V> ReadOnlyKeyValueStore<String, ValueAndTimestamp<V>> store(String name) {
        return streams.store(
                StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.timestampedKeyValueStore()));
    }

    private ServiceUnavailableException notReady(String store) {
        var toRestore = streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("restore-remaining-records-total"))
                .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
                .sum();
        var detail = "The store %s is not ready: the job is %s and has %.0f records to restore."
                .formatted(store, streams.state(), toRestore);
        return new ServiceUnavailableException(Response.status(Response.Status.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .type(Problem.TYPE)
                .entity(Problem.of(Response.Status.SERVICE_UNAVAILABLE, detail))
                .build());
    }
}
