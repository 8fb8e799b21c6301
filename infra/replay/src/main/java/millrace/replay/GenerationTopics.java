package millrace.replay;

import static java.util.stream.Collectors.toSet;
import static millrace.replay.Administration.answer;
import static millrace.replay.Administration.failsWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import millrace.events.Catalogue;
import millrace.release.Commands;
import millrace.replay.Rebuilt.Lack;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics that a generation has beside those of the catalogue: made here where that is allowed, asked for where not. */
final class GenerationTopics {
    /** A topic that was removed is gone, and one that was made is known to all brokers, some moments later. */
    private static final int TRIES = 150;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final Site site;
    private final Administration administration;

    GenerationTopics(Site site) {
        this.site = site;
        this.administration = new Administration(site);
    }

    /** Names of those that are missing. */
    Set<String> missing(List<Catalogue.Entry> entries) {
        return administration.let(admin -> {
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

    /** None where they can be made here. A group that nobody has used yet may be used, or has to be made, too. */
    List<Lack> lacks(List<Catalogue.Entry> entries, String group) {
        if (site.isLocal()) {
            return List.of();
        }
        var commands = new Commands(!site.settings().prefix().isEmpty());
        var lacks = new ArrayList<Lack>();
        absent(entries).forEach(entry -> lacks.add(new Lack("Topic " + entry.name(), commands.create(entry))));
        if (isRefused(site.prefixed(group))) {
            lacks.add(new Lack("Consumer group " + group, Commands.createGroup(group)));
        }
        return List.copyOf(lacks);
    }

    /** Makes what is missing, with the permissions that its namesakes in the catalogue have. */
    void provide(List<Catalogue.Entry> entries, int generation) {
        var absent = absent(entries);
        if (absent.isEmpty()) {
            return;
        }
        administration.let(admin -> {
            short brokers = (short) answer(admin.describeCluster().nodes()).size();
            absent.forEach(entry -> make(admin, entry, brokers));
            new Permissions(admin, site).likeThose(absent, generation);
            return null;
        });
        for (var tries = 0; !missing(absent).isEmpty(); tries++) {
            again(
                    tries,
                    "They are not there after they were made: %s and others"
                            .formatted(absent.getFirst().name()));
        }
    }

    /** Those that are there. */
    void remove(List<Catalogue.Entry> entries) {
        var missing = missing(entries);
        administration.let(admin -> answer(admin.deleteTopics(entries.stream()
                        .filter(entry -> !missing.contains(entry.name()))
                        .map(this::topic)
                        .toList())
                .all()));
    }

    private boolean isRefused(String group) {
        return administration.let(admin -> failsWith(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), AuthorizationException.class));
    }

    private List<Catalogue.Entry> absent(List<Catalogue.Entry> entries) {
        var missing = missing(entries);
        return entries.stream().filter(entry -> missing.contains(entry.name())).toList();
    }

    private void make(Admin admin, Catalogue.Entry entry, short brokers) {
        short replicas = (short) Math.min(entry.replicas(), brokers);
        var topic = new NewTopic(topic(entry), entry.partitions(), replicas).configs(configs(entry));
        for (var tries = 0; failsWith(admin.createTopics(List.of(topic)).all(), TopicExistsException.class); tries++) {
            again(tries, "The topic " + topic.name() + " cannot be made: the one before is still being removed");
        }
    }

    /** Kafka Streams removes from its own topics what it has read; their records are as old as what the replay reads. */
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
        return site.prefixed(entry.name());
    }

    private static void again(int tries, String why) {
        if (tries >= TRIES) {
            throw new CannotReplay(
                    why + ", for " + BETWEEN_TRIES.multipliedBy(TRIES).toSeconds() + " s.");
        }
        Pause.of(BETWEEN_TRIES);
    }
}
