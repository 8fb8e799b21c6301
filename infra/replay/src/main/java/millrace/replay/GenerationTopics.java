package millrace.replay;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import millrace.channels.PlatformCommands;
import millrace.events.Catalogue;
import millrace.events.GenerationNames;
import millrace.generation.KafkaAdmin;
import millrace.generation.Pause;
import millrace.generation.RebuildException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Topics of a generation that are not in the catalogue. They are created here where that is allowed, with the rights of the
 * administrator; elsewhere the commands that create them are listed.
 */
final class GenerationTopics implements AutoCloseable {
    /** Topics and permissions change asynchronously: 150 tries of 200 ms are 30 s. */
    private static final int TRIES = 150;

    private static final Duration RETRY_AFTER = Duration.ofMillis(200);

    private final PlatformConnection platform;
    private final KafkaAdmin admin;

    GenerationTopics(PlatformConnection platform) {
        this.platform = platform;
        var client = new HashMap<String, Object>(platform.settings().kafka());
        platform.administrator().ifPresent(client::putAll);
        this.admin = new KafkaAdmin(client);
    }

    /** A resource that the platform lacks, and the command that creates it. */
    record MissingResource(String what, String command) {}

    /** Returns the names of the entries that have no topic, or none that this application may see. */
    Set<String> missing(List<Catalogue.Entry> entries) {
        var topics = admin.client()
                .describeTopics(entries.stream().map(this::topic).toList())
                .topicNameValues();
        return entries.stream()
                .filter(entry -> admin.answer(
                        topics.get(topic(entry)).thenApply(found -> false),
                        Map.of(UnknownTopicOrPartitionException.class, true, AuthorizationException.class, true)))
                .map(Catalogue.Entry::name)
                .collect(toSet());
    }

    /**
     * Returns the missing topics, and the consumer group if access to it is refused; empty on the local platform, where
     * topics can be created.
     */
    List<MissingResource> missingResources(List<Catalogue.Entry> entries, String group) {
        if (platform.isLocal()) {
            return List.of();
        }
        var commands = commands();
        var missingResources = new ArrayList<MissingResource>();
        absent(entries)
                .forEach(entry ->
                        missingResources.add(new MissingResource("Topic " + entry.name(), commands.create(entry))));
        if (isRefused(platform.prefixed(group))) {
            missingResources.add(new MissingResource("Consumer group " + group, PlatformCommands.createGroup(group)));
        }
        return List.copyOf(missingResources);
    }

    /**
     * Creates the missing topics with the permissions of their namesakes in the catalogue. Returns when every topic is
     * visible and its permissions are in force; fails after 30 s.
     */
    void create(List<Catalogue.Entry> entries) {
        var absent = absent(entries);
        if (absent.isEmpty()) {
            return;
        }
        var brokers = admin.answer(admin.client().describeCluster().nodes()).size();
        for (var entry : absent) {
            short replicas = (short) Math.min(entry.replicas(), brokers);
            var topic = new NewTopic(topic(entry), entry.partitions(), replicas).configs(configs(entry));
            await("The predecessor of the topic " + topic.name() + " is still being removed", () -> isCreated(topic));
        }
        var permissions = absent.stream().flatMap(this::permissions).toList();
        admin.answer(admin.client().createAcls(permissions).all());
        await(
                "The permissions of %s and others are not in force"
                        .formatted(absent.getFirst().name()),
                () -> admin.answer(admin.client()
                                .describeAcls(AclBindingFilter.ANY)
                                .values())
                        .containsAll(permissions));
        await(
                "%s and other topics do not exist after their creation"
                        .formatted(absent.getFirst().name()),
                () -> missing(absent).isEmpty());
    }

    /** Removes the topics that exist. */
    void remove(List<Catalogue.Entry> entries) {
        var missing = missing(entries);
        admin.answer(admin.client()
                .deleteTopics(entries.stream()
                        .filter(entry -> !missing.contains(entry.name()))
                        .map(this::topic)
                        .toList())
                .all());
    }

    /**
     * Returns the commands with which the operator removes the topics.
     *
     * @param recreate whether the commands also create the topics again, because they are only to be emptied
     */
    List<String> removalCommands(List<Catalogue.Entry> entries, boolean recreate) {
        return entries.stream()
                .flatMap(entry -> Stream.of(
                        "heroku kafka:topics:destroy " + entry.name(),
                        recreate ? commands().create(entry) : ""))
                .filter(command -> !command.isEmpty())
                .toList();
    }

    /** Returns the bytes of topics on the disks of all brokers; 0 where only an administrator may read them. */
    long bytes(List<Catalogue.Entry> entries) {
        if (!platform.isLocal()) {
            return 0;
        }
        var topics = entries.stream().map(this::topic).collect(toSet());
        var brokers = admin.answer(admin.client().describeCluster().nodes()).stream()
                .map(node -> node.id())
                .toList();
        return admin.answer(admin.client().describeLogDirs(brokers).allDescriptions()).values().stream()
                .flatMap(folders -> folders.values().stream())
                .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                .filter(replica -> topics.contains(replica.getKey().topic()))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
    }

    @Override
    public void close() {
        admin.close();
    }

    /** A platform shared with other applications has a prefix. */
    private PlatformCommands commands() {
        return PlatformCommands.ofPrefix(platform.settings().prefix());
    }

    private boolean isRefused(String group) {
        KafkaFuture<Boolean> refused = admin.client()
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .thenApply(offsets -> false);
        return admin.answer(refused, Map.of(AuthorizationException.class, true));
    }

    private List<Catalogue.Entry> absent(List<Catalogue.Entry> entries) {
        var missing = missing(entries);
        return entries.stream().filter(entry -> missing.contains(entry.name())).toList();
    }

    private boolean isCreated(NewTopic topic) {
        KafkaFuture<Boolean> created =
                admin.client().createTopics(List.of(topic)).all().thenApply(done -> true);
        return admin.answer(created, Map.of(TopicExistsException.class, false));
    }

    /** Returns the permissions of a topic: those of its namesake in the catalogue. */
    private Stream<AclBinding> permissions(Catalogue.Entry entry) {
        var first = RestoredChannels.originalChannel(entry.name()).replaceFirst(GenerationNames.SUFFIX + "(?=-|$)", "");
        var pattern = new ResourcePatternFilter(ResourceType.TOPIC, platform.prefixed(first), PatternType.LITERAL);
        var filter = new AclBindingFilter(pattern, AccessControlEntryFilter.ANY);
        var topic = new ResourcePattern(ResourceType.TOPIC, topic(entry), PatternType.LITERAL);
        return admin.answer(admin.client().describeAcls(filter).values()).stream()
                .map(binding -> new AclBinding(topic, binding.entry()));
    }

    /**
     * Internal topics have no retention: their records are as old as the records that are replayed. Kafka Streams deletes
     * what it has read from them where it may, as with identities of their own; else they grow until they are dropped.
     */
    private static Map<String, String> configs(Catalogue.Entry entry) {
        var retention = entry.internal()
                ? -1
                : entry.retention().map(Duration::toMillis).orElse(-1L);
        return Map.of("cleanup.policy", entry.cleanupPolicy(), "retention.ms", Long.toString(retention));
    }

    private String topic(Catalogue.Entry entry) {
        return platform.prefixed(entry.name());
    }

    private static void await(String otherwise, BooleanSupplier isDone) {
        for (var tries = 0; !isDone.getAsBoolean(); tries++) {
            if (tries >= TRIES) {
                throw new RebuildException("%s, for %d s."
                        .formatted(otherwise, RETRY_AFTER.multipliedBy(TRIES).toSeconds()));
            }
            Pause.of(RETRY_AFTER);
        }
    }
}
