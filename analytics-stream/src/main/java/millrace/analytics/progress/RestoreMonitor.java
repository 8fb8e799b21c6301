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
 * Tracks how far this instance has restored its stores from their changelogs, by changelog partition. The restoring
 * threads call it.
 */
@ApplicationScoped
class RestoreMonitor implements StateRestoreListener {
    private final Map<TopicPartition, PartitionRestore> partitions = new ConcurrentHashMap<>();
    private final MeterRegistry metrics;

    RestoreMonitor(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long first, long end) {
        Gauge.builder("analytics.restore.remaining.records", () -> remaining(store))
                .description("Offsets of the changelogs that have to be read before the store is ready")
                .tag("store", store)
                .register(metrics);
        partitions.put(changelog, new PartitionRestore(store, changelog.partition(), first, end));
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long last, long records) {
        partitions.get(changelog).batch(last, records);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long records) {
        partitions.get(changelog).end(records);
    }

    /** The partition was assigned to another instance before it was restored. */
    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long records) {
        partitions.remove(changelog);
    }

    /** Returns the partitions that were restored since the start or the last assignment, or are being restored. */
    List<StoreRestoreProgress> all() {
        return partitions.values().stream()
                .map(PartitionRestore::now)
                .sorted(Comparator.comparing(StoreRestoreProgress::store)
                        .thenComparing(StoreRestoreProgress::partition))
                .toList();
    }

    long remaining() {
        return all().stream().mapToLong(StoreRestoreProgress::remaining).sum();
    }

    private long remaining(String store) {
        return all().stream()
                .filter(restored -> restored.store().equals(store))
                .mapToLong(StoreRestoreProgress::remaining)
                .sum();
    }
}
