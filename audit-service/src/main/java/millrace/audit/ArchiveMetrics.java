package millrace.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import millrace.audit.table.Discontinuity;
import org.apache.kafka.common.TopicPartition;

/** Metrics of the audit trail: archived records, discontinuities and lost offsets, and position and lag of each partition. */
@ApplicationScoped
class ArchiveMetrics {
    private final MeterRegistry registry;
    private final AuditedChannels channels;
    private final Map<TopicPartition, Progress> partitions = new ConcurrentHashMap<>();

    ArchiveMetrics(MeterRegistry registry, AuditedChannels channels) {
        this.registry = registry;
        this.channels = channels;
    }

    private record Progress(double position, double lag) {
        static final Progress UNKNOWN = new Progress(Double.NaN, Double.NaN);
    }

    void recordAppended(PartitionBatch partitionBatch, long lag) {
        var partition = partitionBatch.chain().partition();
        registry.counter("audit.records", "channel", channels.channel(partition))
                .increment(partitionBatch.records().size());
        if (partitions.put(partition, new Progress(partitionBatch.to(), lag)) == null) {
            gauge("audit.position", partition, Progress::position);
            gauge("audit.lag", partition, Progress::lag);
        }
    }

    /** Counts a discontinuity, and the offsets of a gap, which are lost to the archive. For alerts. */
    void recordDiscontinuity(Discontinuity discontinuity) {
        registry.counter(
                        "audit.breaks",
                        "channel",
                        discontinuity.channel(),
                        "kind",
                        discontinuity.kind().text())
                .increment();
        if (discontinuity.kind() == Discontinuity.Kind.GAP) {
            registry.counter("audit.lost.offsets", "channel", discontinuity.channel())
                    .increment(discontinuity.toOffset() - discontinuity.fromOffset());
        }
    }

    /** Sets position and lag to NaN: another process has the partition and reports them. */
    void clear(TopicPartition partition) {
        partitions.computeIfPresent(partition, (known, progress) -> Progress.UNKNOWN);
    }

    private void gauge(String name, TopicPartition partition, ToDoubleFunction<Progress> value) {
        var tags = Tags.of("channel", channels.channel(partition), "partition", "" + partition.partition());
        Gauge.builder(name, () -> value.applyAsDouble(partitions.get(partition)))
                .tags(tags)
                .register(registry);
    }
}
