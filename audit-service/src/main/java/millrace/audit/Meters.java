package millrace.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import millrace.audit.chain.Break;
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
        var partition = stretch.chain().partition();
        registry.counter("audit.records", "channel", channels.channel(partition))
                .increment(stretch.records().size());
        if (partitions.put(partition, new Progress(stretch.to(), lag)) == null) {
            gauge("audit.position", partition, Progress::position);
            gauge("audit.lag", partition, Progress::lag);
        }
    }

    /** An alarm: the archive could not go on as before, and offsets of a gap will never be in it. */
    void broken(Break gone) {
        registry.counter(
                        "audit.breaks",
                        "channel",
                        gone.channel(),
                        "kind",
                        gone.kind().text())
                .increment();
        if (gone.kind() == Break.Kind.GAP) {
            registry.counter("audit.lost.offsets", "channel", gone.channel())
                    .increment(gone.toOffset() - gone.fromOffset());
        }
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
