package millrace.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import millrace.audit.table.Discontinuity;
import org.apache.kafka.common.TopicPartition;

/** Metrics of the audit trail: archived records, discontinuities and lost offsets, and position of each partition. */
@ApplicationScoped
class ArchiveMetrics {
    private final MeterRegistry registry;
    private final AuditedChannels channels;
    private final Map<TopicPartition, Double> positions = new ConcurrentHashMap<>();

    ArchiveMetrics(MeterRegistry registry, AuditedChannels channels) {
        this.registry = registry;
        this.channels = channels;
    }

    void recordAppended(PartitionBatch partitionBatch) {
        var partition = partitionBatch.chain().partition();
        registry.counter("audit.records", "channel", channels.channel(partition))
                .increment(partitionBatch.records().size());
        if (positions.put(partition, (double) partitionBatch.to()) == null) {
            var tags = Tags.of("channel", channels.channel(partition), "partition", "" + partition.partition());
            Gauge.builder("audit.position", () -> positions.get(partition))
                    .tags(tags)
                    .register(registry);
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

    /** Sets the position to NaN: another process has the partition and reports it. */
    void clear(TopicPartition partition) {
        positions.computeIfPresent(partition, (known, position) -> Double.NaN);
    }
}
