package millrace.audit;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;

/** Asks the brokers for topic ids: a recreated topic has the same name and another id. */
public class TopicIds implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TopicIds.class);
    private static final int ANSWER_WITHIN_MS = 2000;

    private final Admin admin;

    TopicIds(Admin admin) {
        this.admin = admin;
    }

    /** @param broker properties of a Kafka client */
    public static TopicIds connect(Map<String, Object> broker) {
        return new TopicIds(KafkaClients.admin(broker));
    }

    /** The ids by topic; without topics that do not exist or for which no broker answers within 2 s. */
    public Map<String, UUID> of(Collection<String> topics) {
        var options = new DescribeTopicsOptions().timeoutMs(ANSWER_WITHIN_MS);
        var ids = new HashMap<String, UUID>();
        admin.describeTopics(topics, options).topicNameValues().forEach((topic, answer) -> add(ids, topic, answer));
        return ids;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    static UUID uuid(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private static void add(Map<String, UUID> ids, String topic, KafkaFuture<TopicDescription> answer) {
        try {
            ids.put(topic, uuid(answer.get().topicId()));
        } catch (ExecutionException e) {
            LOG.debugf("No id of %s: %s", topic, e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
