package millrace.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.TopicPartition;

/** The audit trail in numbers: records kept, records that were gone before, and each partition's position and lag. */
@ApplicationScoped
class Meters {
    private final MeterRegistry registry;
    private final AuditedChannels channels;
    private final Map<TopicPartition, Progress> partitions = new ConcurrentHashMap<>();

    Meters(MeterRegistry registry, AuditedChannels channels) {
        this.registry = registry;
        this.channels = channels;
    }

    private record Progress(double position, double lag) {
        static final Progress UNKNOWN = new Progress(Double.NaN, Double.NaN);
    }

    void kept(Stretch stretch, long lag) {
        registry.counter("audit.records", "channel", channels.channel(stretch.partition()))
                .increment(stretch.records().size());
        if (partitions.put(stretch.partition(), new Progress(stretch.to(), lag)) == null) {
            gauge("audit.position", stretch.partition(), Progress::position);
            gauge("audit.lag", stretch.partition(), Progress::lag);
        }
    }

    /** An alarm: these offsets will never be in the archive. */
    void lost(TopicPartition partition, long offsets) {
        registry.counter("audit.lost.offsets", "channel", channels.channel(partition))
                .increment(offsets);
    }

    /** Another process has the partition now; its numbers are there. */
    void forget(TopicPartition partition) {
        partitions.computeIfPresent(partition, (known, progress) -> Progress.UNKNOWN);
    }

    private void gauge(String name, TopicPartition partition, ToDoubleFunction<Progress> value) {
        var tags = Tags.of("channel", channels.channel(partition), "partition", "" + partition.partition());
        Gauge.builder(name, () -> value.applyAsDouble(partitions.get(partition)))
                .tags(tags)
                .register(registry);
    }
}
