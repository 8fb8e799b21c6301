package millrace.analytics.progress;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * How far this instance is in bringing its stores back from their changelogs, by changelog partition. The threads that
 * restore tell of it.
 */
@ApplicationScoped
class Restoration implements StateRestoreListener {
    private final Map<TopicPartition, OneRestoration> partitions = new ConcurrentHashMap<>();
    private final MeterRegistry metrics;

    Restoration(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long first, long end) {
        Gauge.builder("analytics.restore.remaining.records", () -> remaining(store))
                .description("Offsets of the changelogs that have to be read before the store is ready")
                .tag("store", store)
                .register(metrics);
        partitions.put(changelog, new OneRestoration(store, changelog.partition(), first, end));
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long last, long records) {
        partitions.get(changelog).batch(last, records);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long records) {
        partitions.get(changelog).end(records);
    }

    /** The partition has been given to another instance before it was ready. */
    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long records) {
        partitions.remove(changelog);
    }

    /** What was restored since the start or the last move, or is being restored. */
    List<Restored> all() {
        return partitions.values().stream()
                .map(OneRestoration::now)
                .sorted(Comparator.comparing(Restored::store).thenComparing(Restored::partition))
                .toList();
    }

    long remaining() {
        return all().stream().mapToLong(Restored::remaining).sum();
    }

    private long remaining(String store) {
        return all().stream()
                .filter(restored -> restored.store().equals(store))
                .mapToLong(Restored::remaining)
                .sum();
    }
}
