package millrace.analytics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Optional;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Topics;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Hands the topology to Quarkus, which runs it and tells of its health. */
@ApplicationScoped
class Analytics {
    @Produces
    Topology topology(@ConfigProperty(name = "kafka.prefix") Optional<String> prefix, AnalyticsConfig config) {
        return AnalyticsTopology.build(new Topics(prefix.orElse("")), config);
    }
}
