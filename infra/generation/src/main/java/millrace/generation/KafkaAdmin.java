package millrace.generation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Admin client of a platform's Kafka, for the commands and verbs of a rebuild. A call fails after 20 s. */
public final class KafkaAdmin implements AutoCloseable {
    private static final Map<String, Object> ANSWERS_WITHIN =
            Map.of("default.api.timeout.ms", 20_000, "request.timeout.ms", 10_000);

    private final Admin admin;
    private final String address;

    /** @param client Kafka client properties; the admin client has their rights */
    public KafkaAdmin(Map<String, ?> client) {
        var settings = new HashMap<String, Object>(client);
        settings.putAll(ANSWERS_WITHIN);
        this.admin = Admin.create(settings);
        this.address = String.valueOf(client.get("bootstrap.servers"));
    }

    public Admin client() {
        return admin;
    }

    /** @throws RebuildException if the broker answers with an error, or not in time */
    public <T> T answer(KafkaFuture<T> future) {
        return answer(future, Map.of());
    }

    /** @param otherwise results that stand for exceptions of these types */
    public <T> T answer(KafkaFuture<T> future, Map<Class<? extends Throwable>, T> otherwise) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            for (var known : otherwise.entrySet()) {
                if (known.getKey().isInstance(e.getCause())) {
                    return known.getValue();
                }
            }
            throw new RebuildException(
                    "Kafka at %s does not answer as expected: %s"
                            .formatted(address, e.getCause().getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RebuildException("It was interrupted.", e);
        }
    }

    /** Returns a mutable map of the group's committed offsets; a partition without a commit is left out. */
    public Map<TopicPartition, Long> committed(String group) {
        var committed = new HashMap<TopicPartition, Long>();
        answer(
                        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
                        Map.of(GroupIdNotFoundException.class, Map.of()))
                .forEach((partition, offset) -> {
                    if (offset != null) {
                        committed.put(partition, offset.offset());
                    }
                });
        return committed;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
