package millrace.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import millrace.lag.LagMetrics;

/** Exports the lag of the archive on each audited channel. */
@ApplicationScoped
class ArchiveLag {
    private final LagMetrics metrics;

    ArchiveLag(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            MeterRegistry registry,
            AuditedChannels channels) {
        metrics = new LagMetrics(registry, broker, channels.topic(""), channels.consumerGroup(), channels.topics());
    }

    void start(@Observes StartupEvent event) {
        metrics.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        metrics.stop();
    }
}
