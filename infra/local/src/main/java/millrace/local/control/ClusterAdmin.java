package millrace.local.control;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import millrace.channels.Plan;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Topics and consumer groups of the application, created and changed under the rules of its plan. Names are without the
 * prefix; given ones may have it. Each call waits some seconds at most for the brokers.
 *
 * <p>Methods throw a {@link ControlException}: 404 for an unknown name, 422 for what the plan does not allow, 503 if the
 * brokers do not answer.
 */
final class ClusterAdmin implements AutoCloseable {
    private static final int ANSWER_WITHIN_MS = 15_000;

    /** A broker shows a change a moment after the controller has made it. */
    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Principal of the identity that the config vars have. */
    private static final String PRINCIPAL = "User:app";

    private static final String INTERNAL = "__";
    private static final String CLEANUP = "cleanup.policy";
    private static final String RETENTION = "retention.ms";

    private final Admin admin;
    private final Plan plan;
    private final String prefix;
    private final ReentrantLock creation = new ReentrantLock();

    /** @param client properties of a client with every right */
    ClusterAdmin(Map<String, Object> client, Plan plan, String prefix) {
        var settings = new HashMap<>(client);
        settings.put("request.timeout.ms", ANSWER_WITHIN_MS / 2);
        settings.put("default.api.timeout.ms", ANSWER_WITHIN_MS);
        this.admin = Admin.create(settings);
        this.plan = plan;
        this.prefix = prefix;
    }

    /**
     * A topic of the application.
     *
     * @param retention empty where only compaction removes records
     */
    record Topic(String name, int partitions, int replicas, boolean compacted, Optional<Duration> retention) {}

    /**
     * Wishes for a topic, those that a call has.
     *
     * @param compacted empty to leave it as it is
     * @param retention empty for none, or for the default of the plan
     */
    record TopicRequest(
            Optional<Integer> partitions,
            Optional<Integer> replicas,
            Optional<Boolean> compacted,
            Optional<Duration> retention) {}

    List<Topic> topics() throws InterruptedException {
        var names = answer(admin.listTopics().names()).stream()
                .filter(name -> name.startsWith(prefix) && !name.startsWith(INTERNAL))
                .collect(toSet());
        return topics(names);
    }

    Topic topic(String name) throws InterruptedException {
        requireOwn(name);
        try {
            return topics(Set.of(full(name))).getFirst();
        } catch (ControlException e) {
            throw e.getCause() instanceof UnknownTopicOrPartitionException ? unknownTopic(name) : e;
        }
    }

    /** Creates a topic, and permits the application to use it; one at a time, so that all together keep the limits. */
    void create(String given, TopicRequest request) throws InterruptedException {
        creation.lockInterruptibly();
        try {
            createAlone(given, request);
        } finally {
            creation.unlock();
        }
    }

    private void createAlone(String given, TopicRequest request) throws InterruptedException {
        var name = full(given);
        if (name.startsWith(INTERNAL)) {
            throw ControlException.invalid("A topic of the application cannot be named " + given
                    + ": with __ begin the topics of Kafka itself.");
        }
        var there = topics();
        if (there.stream().anyMatch(topic -> full(topic.name()).equals(name))) {
            throw ControlException.invalid("The topic " + given + " exists already.");
        }
        var partitions = request.partitions().orElse(plan.defaultPartitions());
        var compacted = request.compacted().orElse(false);
        requireRetention(request.retention());
        var cleanup = plan.cleanup(compacted, request.retention());
        refuse(plan.refusal(given, partitions, cleanup.retention()));
        refuse(plan.refusal(
                there.size() + 1, there.stream().mapToInt(Topic::partitions).sum() + partitions));
        request.replicas().ifPresent(this::requireReplicas);
        var replicas = (short) Math.min(request.replicas().orElse(plan.replicas()), brokers());
        var topic = new NewTopic(name, partitions, replicas).configs(configs(cleanup));
        answer(admin.createTopics(List.of(topic)).all());
        answer(admin.createAcls(permissions(ResourceType.TOPIC, name, READ, WRITE, DESCRIBE))
                .all());
        awaitShown(() -> answer(admin.listTopics().names()).contains(name));
    }

    /** Changes what the request has: cleanup and retention together, and the number of replicas. */
    void alter(String given, TopicRequest request) throws InterruptedException {
        var topic = topic(given);
        requireRetention(request.retention());
        var cleanup = plan.cleanup(request.compacted().orElse(topic.compacted()), request.retention());
        refuse(plan.refusal(given, topic.partitions(), cleanup.retention()));
        if (request.replicas().isPresent()) {
            replicate(full(given), request.replicas().get());
        }
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, full(given));
        Collection<AlterConfigOp> changes = configs(cleanup).entrySet().stream()
                .map(config -> new AlterConfigOp(
                        new ConfigEntry(config.getKey(), config.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        answer(admin.incrementalAlterConfigs(Map.of(resource, changes)).all());
        var wanted = cleanup.retention();
        awaitShown(() -> topic(given).retention().equals(wanted)
                && topic(given).compacted() == cleanup.policy().contains("compact"));
    }

    /** Deletes a topic with its records and permissions. */
    void delete(String name) throws InterruptedException {
        requireOwn(name);
        try {
            answer(admin.deleteTopics(List.of(full(name))).all());
        } catch (ControlException e) {
            throw e.getCause() instanceof UnknownTopicOrPartitionException ? unknownTopic(name) : e;
        }
        removePermissions(ResourceType.TOPIC, full(name));
        awaitShown(() -> !answer(admin.listTopics().names()).contains(full(name)));
    }

    /** Names of the groups: on a shared cluster those that were created, on another one those that exist. */
    Set<String> groups() throws InterruptedException {
        var names = plan.isShared()
                ? answer(admin.describeAcls(permissions(ResourceType.GROUP, null))
                                .values())
                        .stream()
                        .map(permission -> permission.pattern().name())
                : answer(admin.listGroups().all()).stream().map(GroupListing::groupId);
        return names.filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .collect(TreeSet::new, Set::add, Set::addAll);
    }

    /** Permits the application to use a group; does nothing where it may do so already. */
    void createGroup(String name) throws InterruptedException {
        requireShared();
        if (!name.matches("[a-zA-Z0-9._-]{1,200}")) {
            throw ControlException.invalid("The name of a consumer group has letters, digits, '.', '_' and '-'.");
        }
        answer(admin.createAcls(permissions(ResourceType.GROUP, full(name), READ, DESCRIBE, DELETE))
                .all());
        awaitShown(() -> isCreated(name));
    }

    /** Deletes a group without members, with its offsets and its permission. */
    void deleteGroup(String name) throws InterruptedException {
        requireShared();
        if (!isCreated(name)) {
            throw ControlException.notFound("There is no consumer group " + name + ".");
        }
        try {
            answer(admin.deleteConsumerGroups(List.of(full(name))).all());
        } catch (ControlException e) {
            if (e.getCause() instanceof GroupNotEmptyException) {
                throw ControlException.invalid("The consumer group " + name + " has members: stop them first.");
            }
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
        removePermissions(ResourceType.GROUP, full(name));
        awaitShown(() -> !isCreated(name));
    }

    private boolean isCreated(String group) throws InterruptedException {
        return groups().contains(full(group).substring(prefix.length()));
    }

    /** Tells whether so many brokers are up, and all replicas are in sync; false also while the brokers do not answer. */
    boolean isInSync(int brokers) throws InterruptedException {
        try {
            var topics = answer(
                    admin.describeTopics(answer(admin.listTopics().names())).allTopicNames());
            return brokers() >= brokers
                    && topics.values().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .allMatch(partition -> partition.isr().size()
                                    == partition.replicas().size());
        } catch (ControlException e) {
            return false; // The caller asks again, and gives up in time.
        }
    }

    /** Brokers that are up. */
    int brokers() throws InterruptedException {
        return answer(admin.describeCluster().nodes()).size();
    }

    /** Measures ends, sizes and positions now. */
    ClusterSample sample() throws InterruptedException {
        return ClusterSample.take(admin, prefix);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    /** Waits for the answer of the brokers. */
    static <T> T answer(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            var cause = e.getCause();
            var refused = cause instanceof InvalidTopicException || cause instanceof TopicExistsException;
            var refusal = refused
                    ? ControlException.invalid(cause.getMessage())
                    : new ControlException(503, "unavailable", "The brokers do not do it: " + cause.getMessage());
            refusal.initCause(cause);
            throw refusal;
        }
    }

    private List<Topic> topics(Set<String> names) throws InterruptedException {
        var descriptions = answer(admin.describeTopics(names).allTopicNames());
        var resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        var configs = answer(admin.describeConfigs(resources).all());
        return resources.stream()
                .map(resource -> topic(
                        descriptions.get(resource.name()),
                        name -> configs.get(resource).get(name).value()))
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    private Topic topic(TopicDescription description, Function<String, String> config) {
        var policy = config.apply(CLEANUP);
        var retention = Long.parseLong(config.apply(RETENTION));
        return new Topic(
                description.name().substring(prefix.length()),
                description.partitions().size(),
                description.partitions().getFirst().replicas().size(),
                policy.contains("compact"),
                policy.contains("delete") && retention >= 0
                        ? Optional.of(Duration.ofMillis(retention))
                        : Optional.empty());
    }

    private void replicate(String name, int wanted) throws InterruptedException {
        requireReplicas(wanted);
        var nodes = answer(admin.describeCluster().nodes()).stream()
                .map(Node::id)
                .sorted()
                .toList();
        if (wanted > nodes.size()) {
            throw ControlException.invalid(
                    "A topic has a replica on each broker at most, and %d of them run here: bin/up --brokers %d starts more."
                            .formatted(nodes.size(), wanted));
        }
        var description =
                answer(admin.describeTopics(List.of(name)).allTopicNames()).get(name);
        var moves = description.partitions().stream()
                .collect(toMap(
                        partition -> new TopicPartition(name, partition.partition()),
                        partition -> Optional.of(new NewPartitionReassignment(replicas(partition, nodes, wanted)))));
        answer(admin.alterPartitionReassignments(moves).all());
    }

    /** Keeps the first of the replicas, and adds other brokers, for each partition another one first. */
    private static List<Integer> replicas(TopicPartitionInfo partition, List<Integer> nodes, int wanted) {
        var replicas = new ArrayList<>(
                partition.replicas().stream().map(Node::id).limit(wanted).toList());
        for (var next = partition.partition(); replicas.size() < wanted; next++) {
            var node = nodes.get(next % nodes.size());
            if (!replicas.contains(node)) {
                replicas.add(node);
            }
        }
        return replicas;
    }

    private void requireReplicas(int wanted) {
        if (wanted < plan.replicas() || wanted > plan.brokers()) {
            throw ControlException.invalid("With the plan %s a topic has %d to %d replicas, not %d."
                    .formatted(plan, plan.replicas(), plan.brokers(), wanted));
        }
    }

    private void requireRetention(Optional<Duration> retention) {
        if (plan.isShared() && retention.isEmpty()) {
            throw ControlException.invalid("Retention time must be set for multi-tenanted plans");
        }
    }

    private void requireShared() {
        if (!plan.isShared()) {
            throw ControlException.badRequest(KafkaApi.NOT_ON_DEDICATED);
        }
    }

    private static void awaitShown(Check isShown) throws InterruptedException {
        var end = Instant.now().plus(SHOWN_WITHIN);
        while (!isShown.holds()) {
            if (Instant.now().isAfter(end)) {
                throw new ControlException(
                        503,
                        "unavailable",
                        "The brokers do not show the change after " + SHOWN_WITHIN.toSeconds() + " s.");
            }
            Thread.sleep(PAUSE);
        }
    }

    /** Tells whether the brokers show a change. */
    private interface Check {
        boolean holds() throws InterruptedException;
    }

    private static void refuse(Optional<String> sentence) {
        if (sentence.isPresent()) {
            throw ControlException.invalid(sentence.get());
        }
    }

    private static Map<String, String> configs(Plan.Cleanup cleanup) {
        return Map.of(
                CLEANUP,
                cleanup.policy(),
                RETENTION,
                Long.toString(cleanup.retention().map(Duration::toMillis).orElse(-1L)));
    }

    private String full(String name) {
        return name.startsWith(prefix) ? name : prefix + name;
    }

    /** Kafka's own topics, such as that of the committed offsets, are not the application's to change or delete. */
    private void requireOwn(String topic) {
        if (full(topic).startsWith(INTERNAL)) {
            throw unknownTopic(topic);
        }
    }

    private static ControlException unknownTopic(String name) {
        return ControlException.notFound("There is no topic " + name + ".");
    }

    private static List<AclBinding> permissions(ResourceType type, String name, AclOperation... operations) {
        var resource = new ResourcePattern(type, name, PatternType.LITERAL);
        return Stream.of(operations)
                .map(operation -> new AclBinding(
                        resource, new AccessControlEntry(PRINCIPAL, "*", operation, AclPermissionType.ALLOW)))
                .toList();
    }

    /** @param name null for every name */
    private static AclBindingFilter permissions(ResourceType type, String name) {
        return new AclBindingFilter(
                new ResourcePatternFilter(type, name, PatternType.LITERAL),
                new AccessControlEntryFilter(PRINCIPAL, null, AclOperation.ANY, AclPermissionType.ALLOW));
    }

    private void removePermissions(ResourceType type, String name) throws InterruptedException {
        answer(admin.deleteAcls(List.of(permissions(type, name))).all());
    }
}
