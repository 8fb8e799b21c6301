package millrace.analytics.query;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How many partitions a store has: as many as its changelog. Asked of the broker once, because it never changes. */
@ApplicationScoped
class Partitions {
    private static final int ANSWER_WITHIN_MS = 2000;

    private final Map<String, Object> broker;
    private final String application;
    private final Map<String, Integer> known = new ConcurrentHashMap<>();

    Partitions(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "quarkus.kafka-streams.application-id") String application) {
        this.broker = broker;
        this.application = application;
    }

    int of(Store<?> store) {
        return known.computeIfAbsent(store.name(), this::look);
    }

    private int look(String store) {
        var changelog = application + "-" + store + "-changelog";
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        try (var admin = Admin.create(settings)) {
            return admin.describeTopics(List.of(changelog), new DescribeTopicsOptions().timeoutMs(ANSWER_WITHIN_MS))
                    .topicNameValues()
                    .get(changelog)
                    .get()
                    .partitions()
                    .size();
        } catch (ExecutionException | KafkaException e) {
            throw Problem.unavailable("The broker does not tell how many partitions the store %s has: %s"
                    .formatted(store, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("This instance stops.");
        }
    }
}
