package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Asks the brokers for end offsets. Connects each time, because the request is rare and an open client costs memory. */
@ApplicationScoped
class EndOffsets {
    private static final Logger LOG = Logger.getLogger(EndOffsets.class);
    private static final int ANSWER_WITHIN_MS = 2000;

    private final Map<String, Object> broker;

    EndOffsets(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.broker = broker;
    }

    /** The end offsets for readers of committed records; empty if the brokers do not answer within 2 s. */
    Map<TopicPartition, Long> of(Collection<TopicPartition> partitions) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        var latest = partitions.stream().collect(Collectors.toMap(partition -> partition, p -> OffsetSpec.latest()));
        var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(ANSWER_WITHIN_MS);
        try (var admin = Admin.create(settings)) {
            var ends = new HashMap<TopicPartition, Long>();
            admin.listOffsets(latest, options)
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (ExecutionException | KafkaException e) {
            LOG.infof("No end offsets: %s", e.getMessage());
            return Map.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }
}
