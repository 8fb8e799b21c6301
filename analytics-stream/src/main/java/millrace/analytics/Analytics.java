package millrace.analytics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import millrace.analytics.query.QueryableStores;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Topics;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Gives the topology to Quarkus, which runs it and reports its health, and lists the stores that can be queried. */
@ApplicationScoped
class Analytics {
    @Produces
    Topology topology(Topics topics, AnalyticsConfig config) {
        return AnalyticsTopology.build(topics, config);
    }

    @Produces
    @Singleton
    Topics topics(
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            @ConfigProperty(name = "millrace.generation", defaultValue = "1") int generation,
            AnalyticsConfig config) {
        return new Topics(prefix.orElse(""), generation, config.shadow(), config.input());
    }

    @Produces
    @Singleton
    QueryableStores stores() {
        return new QueryableStores(AggregatesResource.STORES);
    }
}
