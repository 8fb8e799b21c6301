package millrace.analytics.query;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import millrace.access.Problem;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Number of partitions of a store, which is that of its changelog. The broker is asked once for each store, because the
 * number never changes.
 */
@ApplicationScoped
class StorePartitions {
    private static final int ANSWER_TIMEOUT_MS = 2000;

    private final Map<String, Object> broker;
    private final String application;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    StorePartitions(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "quarkus.kafka-streams.application-id") String application) {
        this.broker = broker;
        this.application = application;
    }

    int of(QueryableTable<?> table) {
        return counts.computeIfAbsent(table.store(), this::describe);
    }

    private int describe(String store) {
        var changelog = application + "-" + store + "-changelog";
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        try (var admin = Admin.create(settings)) {
            return admin.describeTopics(List.of(changelog), new DescribeTopicsOptions().timeoutMs(ANSWER_TIMEOUT_MS))
                    .topicNameValues()
                    .get(changelog)
                    .get()
                    .partitions()
                    .size();
        } catch (ExecutionException | KafkaException e) {
            throw Problem.unavailable("The broker does not report the number of partitions of the store %s: %s"
                    .formatted(store, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("This instance stops.");
        }
    }
}
