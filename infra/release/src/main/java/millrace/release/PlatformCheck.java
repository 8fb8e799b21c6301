package millrace.release;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Compares the topics and consumer groups of the platform with the catalogue. It needs the right Describe only. */
final class PlatformCheck implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Map<String, Object> ANSWER_WITHIN =
            Map.of("default.api.timeout.ms", 20_000, "request.timeout.ms", 10_000);

    private final PaasSettings settings;
    private final PlatformCommands commands;
    private final PrintStream out;
    private final Admin admin;

    PlatformCheck(PaasSettings settings, PlatformCommands commands, PrintStream out) {
        this.settings = settings;
        this.commands = commands;
        this.out = out;
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(ANSWER_WITHIN);
        this.admin = Admin.create(client);
    }

    /** Checks the platform, and waits that long for missing topics and groups before it fails the release. */
    void run(List<Catalogue.Entry> entries, Collection<String> groups, Duration createdWithin) {
        var end = Instant.now().plus(createdWithin);
        var findings = findings(entries, groups);
        if (PlatformFinding.mayAppear(findings)) {
            out.printf("Waiting up to %d s for %d topics and groups.%n", createdWithin.toSeconds(), findings.size());
        }
        while (PlatformFinding.mayAppear(findings) && Instant.now().isBefore(end)) {
            pause();
            findings = findings(entries, groups);
        }
        if (!findings.isEmpty()) {
            throw new ReleaseException(PlatformFinding.message(findings));
        }
        var durability = durability(entries);
        var faults = durability.findings();
        if (!faults.isEmpty()) {
            throw new ReleaseException(PlatformFinding.message(faults));
        }
        durability.warnings().forEach(warning -> out.println("Warning: " + warning));
        out.printf("All %d topics and %d consumer groups are there.%n", entries.size(), groups.size());
    }

    private TopicDurability durability(List<Catalogue.Entry> entries) {
        var durability = new TopicDurability(admin, settings.prefix());
        try {
            durability.inspect(entries);
        } catch (ExecutionException e) {
            throw noAnswer(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return durability;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private List<PlatformFinding> findings(List<Catalogue.Entry> entries, Collection<String> groups) {
        var topics = admin.describeTopics(
                        entries.stream().map(entry -> topic(entry.name())).toList())
                .topicNameValues();
        var descriptions = admin.describeConsumerGroups(
                        groups.stream().map(this::topic).toList())
                .describedGroups();
        return Stream.concat(
                        entries.stream().map(entry -> finding(entry, topics.get(topic(entry.name())))),
                        groups.stream().map(group -> finding(group, descriptions.get(topic(group)))))
                .flatMap(Optional::stream)
                .toList();
    }

    private String topic(String name) {
        return settings.prefix() + name;
    }

    private Optional<PlatformFinding> finding(Catalogue.Entry entry, KafkaFuture<TopicDescription> topic) {
        try {
            var partitions = topic.get().partitions().size();
            if (partitions == entry.partitions()) {
                return Optional.empty();
            }
            return Optional.of(new PlatformFinding(
                    "Topic %s has %d partitions instead of %d and has to be made again, which loses its records"
                            .formatted(entry.name(), partitions, entry.partitions()),
                    "heroku kafka:topics:destroy %s\n    %s".formatted(entry.name(), commands.create(entry)),
                    false));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof AuthorizationException) {
                return Optional.of(PlatformFinding.missing("Topic " + entry.name(), commands.create(entry)));
            }
            throw noAnswer(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Finding for a group, if any. A group that was never used is not found, which is in order: it may be used. */
    private Optional<PlatformFinding> finding(String group, KafkaFuture<?> description) {
        try {
            description.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.of(
                        PlatformFinding.missing("Consumer group " + group, PlatformCommands.createGroup(group)));
            }
            throw noAnswer(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private ReleaseException noAnswer(ExecutionException e) {
        var brokers = settings.kafka().get("bootstrap.servers");
        return new ReleaseException(
                "Kafka at %s does not answer: %s"
                        .formatted(brokers, e.getCause().getMessage()),
                e);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ReleaseException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ReleaseException("The release was interrupted.", e);
    }
}
