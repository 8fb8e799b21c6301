package millrace.analytics;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.analytics.query.QueryableTables;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
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
            InputEnds ends,
            AnalyticsConfig config) {
        return new Topics(prefix.orElse(""), generation, config.shadow(), config.input(), ends);
    }

    @Produces
    @Singleton
    InputEnds ends(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "quarkus.kafka-streams.application-id") String application,
            @ConfigProperty(name = "quarkus.kafka-streams.topics") List<String> inputs) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        var topics = new ArrayList<>(inputs);
        topics.add(application + AnalyticsTopology.ORDERS_OF_VISITORS);
        return new InputEnds(Admin.create(settings), application, topics);
    }

    void close(@Disposes InputEnds ends) {
        ends.close();
    }

    @Produces
    @Singleton
    QueryableTables tables() {
        return new QueryableTables(AggregatesResource.TABLES);
    }
}
