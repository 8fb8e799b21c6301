package millrace.orders.consume;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.lag.LagMetrics;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Exports the lag of orders on the channel {@code transactions}. */
@ApplicationScoped
class TransactionLag {
    private final LagMetrics metrics;

    TransactionLag(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            MeterRegistry registry,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            @ConfigProperty(name = "mp.messaging.incoming.transactions.group.id") String group,
            @ConfigProperty(name = "mp.messaging.incoming.transactions.topic") String topic) {
        metrics = new LagMetrics(registry, broker, prefix.orElse(""), group, List.of(topic));
    }

    void start(@Observes StartupEvent event) {
        metrics.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        metrics.stop();
    }
}
