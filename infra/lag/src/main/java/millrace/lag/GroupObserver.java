package millrace.lag;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Observes a consumer group from outside: it asks the brokers for its committed offsets and for the ends of its topics,
 * as {@code bin/kafka lag} does. Nothing is added to the way of a record, and a consumer that is stuck cannot hide it.
 */
public final class GroupObserver implements AutoCloseable {
    private static final int ANSWER_TIMEOUT_MS = 5_000;
    private static final int RECONNECT_MS = 1_000;

    private final Map<String, ?> client;
    private final String group;
    private final Set<String> topics;
    private final GroupLag lag;
    private final Admin admin;

    /**
     * @param client Kafka client properties
     * @param topics that the group reads
     */
    public GroupObserver(Map<String, ?> client, String group, Collection<String> topics, GroupLag lag) {
        this.client = client;
        this.group = group;
        this.topics = Set.copyOf(topics);
        this.lag = lag;
        var settings = new HashMap<String, Object>(client);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        settings.put("client.id", group + "-lag");
        settings.put("default.api.timeout.ms", ANSWER_TIMEOUT_MS);
        settings.put("request.timeout.ms", ANSWER_TIMEOUT_MS);
        settings.put("reconnect.backoff.ms", RECONNECT_MS);
        settings.put("reconnect.backoff.max.ms", ANSWER_TIMEOUT_MS);
        this.admin = Admin.create(settings);
    }

    /** @throws ExecutionException if the brokers do not answer within 5 s a request */
    public void observe() throws ExecutionException, InterruptedException {
        var positions = committed();
        var partitions = partitions();
        positions.keySet().retainAll(partitions);
        positions.putAll(offsets(missing(partitions, positions), OffsetSpec.earliest()));
        var now = System.nanoTime();
        var ends = offsets(partitions, OffsetSpec.latest());
        var absent = new HashSet<>(topics);
        partitions.forEach(partition -> absent.remove(partition.topic()));
        lag.observe(new GroupLag.Observation(now, positions, ends, absent));
        lookUp(ends);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private void lookUp(Map<TopicPartition, Long> ends) {
        var due = lag.dueLookUps();
        due.keySet().retainAll(ends.keySet());
        FirstUnreadRecords.lookUp(client, due, ends)
                .forEach((partition, found) ->
                        lag.foundFirstUnread(partition, due.get(partition), found.offset(), found.appendedAtNanos()));
    }

    private Map<TopicPartition, Long> committed() throws ExecutionException, InterruptedException {
        var committed = new HashMap<TopicPartition, Long>();
        try {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, position) -> {
                        if (position != null) {
                            committed.put(partition, position.offset());
                        }
                    });
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
        return committed;
    }

    /** Returns all partitions of the topics that the client sees; others do not exist yet. */
    private Set<TopicPartition> partitions() throws ExecutionException, InterruptedException {
        var partitions = new HashSet<TopicPartition>();
        for (var answer : admin.describeTopics(topics).topicNameValues().values()) {
            var topic =
                    answer(answer, List.of(UnknownTopicOrPartitionException.class, TopicAuthorizationException.class));
            if (topic != null) {
                topic.partitions()
                        .forEach(partition -> partitions.add(new TopicPartition(topic.name(), partition.partition())));
            }
        }
        return partitions;
    }

    private static Set<TopicPartition> missing(Set<TopicPartition> partitions, Map<TopicPartition, Long> committed) {
        return partitions.stream()
                .filter(partition -> !committed.containsKey(partition))
                .collect(Collectors.toSet());
    }

    /** Returns the offsets for readers of committed records. A partition that does not answer in time is left out. */
    private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        var asked = partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which));
        var answers = admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
        var offsets = new HashMap<TopicPartition, Long>();
        for (var partition : partitions) {
            var answer = answer(answers.partitionResult(partition), List.of(RetriableException.class));
            if (answer != null) {
                offsets.put(partition, answer.offset());
            }
        }
        return offsets;
    }

    /** Returns null for a failure of the given kinds. */
    private static <T> T answer(KafkaFuture<T> future, List<Class<? extends Throwable>> nothing)
            throws ExecutionException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (nothing.stream().anyMatch(kind -> kind.isInstance(e.getCause()))) {
                return null;
            }
            throw e;
        }
    }
}
