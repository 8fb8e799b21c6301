package millrace.analytics;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.events.Catalogue;
import millrace.lag.LagMetrics;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Exports the lag of the job on each of its inputs, and on the repartition topics between its steps. */
@ApplicationScoped
class JobLag {
    private final LagMetrics metrics;

    JobLag(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            MeterRegistry registry,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            @ConfigProperty(name = "quarkus.kafka-streams.application-id") String application,
            @ConfigProperty(name = "quarkus.kafka-streams.topics") List<String> inputs) {
        var topics = new ArrayList<>(inputs);
        Catalogue.entries().stream()
                .filter(entry -> entry.internal() && entry.name().matches("analytics-.*-repartition"))
                .map(entry -> application + entry.name().substring("analytics".length()))
                .forEach(topics::add);
        metrics = new LagMetrics(registry, broker, prefix.orElse(""), application, topics);
    }

    void start(@Observes StartupEvent event) {
        metrics.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        metrics.stop();
    }
}
