package millrace.replay;

import static java.util.stream.Collectors.toSet;
import static millrace.replay.ClusterAdmin.answer;
import static millrace.replay.ClusterAdmin.failsWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.generation.Pause;
import millrace.release.PlatformCommands;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Topics of a generation that are not in the catalogue. They are created here where that is allowed; elsewhere the
 * commands that create them are listed.
 */
final class GenerationTopics {
    /** Topics are removed and created asynchronously: 150 tries of 200 ms are 30 s. */
    private static final int TRIES = 150;

    private static final Duration RETRY_AFTER = Duration.ofMillis(200);

    private final PlatformConnection platform;
    private final ClusterAdmin administration;

    GenerationTopics(PlatformConnection platform) {
        this.platform = platform;
        this.administration = new ClusterAdmin(platform);
    }

    /** Returns the names of the entries that have no topic, or none that this application may see. */
    Set<String> missing(List<Catalogue.Entry> entries) {
        return administration.call(admin -> {
            var answers = admin.describeTopics(entries.stream().map(this::topic).toList())
                    .topicNameValues();
            return entries.stream()
                    .filter(entry -> failsWith(
                            answers.get(topic(entry)),
                            UnknownTopicOrPartitionException.class,
                            AuthorizationException.class))
                    .map(Catalogue.Entry::name)
                    .collect(toSet());
        });
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
     * visible; fails after 30 s.
     */
    void create(List<Catalogue.Entry> entries, int generation) {
        var absent = absent(entries);
        if (absent.isEmpty()) {
            return;
        }
        administration.call(admin -> {
            short brokers = (short) answer(admin.describeCluster().nodes()).size();
            absent.forEach(entry -> create(admin, entry, brokers));
            new TopicPermissions(admin, platform).copyFromCatalogue(absent, generation);
            return null;
        });
        for (var tries = 0; !missing(absent).isEmpty(); tries++) {
            retry(
                    tries,
                    "These topics do not exist after their creation: %s and others"
                            .formatted(absent.getFirst().name()));
        }
    }

    /** Removes the topics that exist. */
    void remove(List<Catalogue.Entry> entries) {
        var missing = missing(entries);
        administration.call(admin -> answer(admin.deleteTopics(entries.stream()
                        .filter(entry -> !missing.contains(entry.name()))
                        .map(this::topic)
                        .toList())
                .all()));
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

    /** A platform shared with other applications has a prefix. */
    private PlatformCommands commands() {
        return new PlatformCommands(!platform.settings().prefix().isEmpty());
    }

    private boolean isRefused(String group) {
        return administration.call(admin -> failsWith(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), AuthorizationException.class));
    }

    private List<Catalogue.Entry> absent(List<Catalogue.Entry> entries) {
        var missing = missing(entries);
        return entries.stream().filter(entry -> missing.contains(entry.name())).toList();
    }

    private void create(Admin admin, Catalogue.Entry entry, short brokers) {
        short replicas = (short) Math.min(entry.replicas(), brokers);
        var topic = new NewTopic(topic(entry), entry.partitions(), replicas).configs(configs(entry));
        for (var tries = 0; failsWith(admin.createTopics(List.of(topic)).all(), TopicExistsException.class); tries++) {
            retry(tries, "The topic " + topic.name() + " cannot be created: its predecessor is still being removed");
        }
    }

    /**
     * Kafka Streams deletes what it has read from its internal topics, so they have no retention: their records are as
     * old as the records that are replayed.
     */
    private static Map<String, String> configs(Catalogue.Entry entry) {
        var configs = new HashMap<String, String>();
        configs.put("cleanup.policy", entry.cleanupPolicy());
        var retention = entry.internal()
                ? -1
                : entry.retention().map(Duration::toMillis).orElse(-1L);
        configs.put("retention.ms", Long.toString(retention));
        return configs;
    }

    private String topic(Catalogue.Entry entry) {
        return platform.prefixed(entry.name());
    }

    private static void retry(int tries, String why) {
        if (tries >= TRIES) {
            throw new ReplayException(
                    why + ", for " + RETRY_AFTER.multipliedBy(TRIES).toSeconds() + " s.");
        }
        Pause.of(RETRY_AFTER);
    }
}
