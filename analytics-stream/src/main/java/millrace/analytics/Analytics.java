package millrace.analytics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import millrace.analytics.query.Stores;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Topics;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Hands the topology to Quarkus, which runs it and tells of its health, and names the stores that can be asked. */
@ApplicationScoped
class Analytics {
    @Produces
    Topology topology(@ConfigProperty(name = "kafka.prefix") Optional<String> prefix, AnalyticsConfig config) {
        return AnalyticsTopology.build(new Topics(prefix.orElse("")), config);
    }

    @Produces
    @Singleton
    Stores stores() {
        return new Stores(List.of(
                PageViewsResource.STORE,
                VisitsResource.STORE,
                FunnelResource.STORE,
                RevenueResource.STORE,
                TopProductsResource.STORE,
                TrendingResource.STORE,
                AttributionResource.STORE));
    }
}
