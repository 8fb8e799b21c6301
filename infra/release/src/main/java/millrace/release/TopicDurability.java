package millrace.release;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Checks the settings of existing topics that keep or lose records: replicas, minimum of in-sync replicas, cleanup
 * policy and retention. Compaction that differs is a finding. Settings that make a loss more likely are warnings, and
 * so are settings that the platform does not show: they need the right DescribeConfigs.
 */
final class TopicDurability {
    private static final String CLEANUP = "cleanup.policy";
    private static final String COMPACT = "compact";

    private final Admin admin;
    private final String prefix;
    private final List<PlatformFinding> findings = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    TopicDurability(Admin admin, String prefix) {
        this.admin = admin;
        this.prefix = prefix;
    }

    void inspect(List<Catalogue.Entry> entries) throws ExecutionException, InterruptedException {
        var names = entries.stream().map(entry -> prefix + entry.name()).toList();
        var topics = admin.describeTopics(names).topicNameValues();
        var configs = admin.describeConfigs(
                        names.stream().map(TopicDurability::resource).toList())
                .values();
        for (var entry : entries) {
            var topic = prefix + entry.name();
            replicas(entry, topics.get(topic).get());
            var config = config(configs.get(resource(topic)));
            config.ifPresentOrElse(known -> settings(entry, known), () -> unknown.add(entry.name()));
        }
    }

    List<PlatformFinding> findings() {
        return findings;
    }

    List<String> warnings() {
        var all = new ArrayList<>(warnings);
        if (!unknown.isEmpty()) {
            all.add(
                    "Whether %s and %d more topics are compacted, how long they keep records and how many replicas must confirm one is unknown: the platform does not say."
                            .formatted(unknown.getFirst(), unknown.size() - 1));
        }
        return all;
    }

    private void replicas(Catalogue.Entry entry, TopicDescription topic) {
        int least = topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        if (least < entry.replicas()) {
            warnings.add("Topic %s has %d replicas instead of %d: a broker that is lost may take records with it."
                    .formatted(entry.name(), least, entry.replicas()));
        }
    }

    private void settings(Catalogue.Entry entry, Config config) {
        var wanted = Set.of(entry.cleanupPolicy().split(","));
        var actual = Set.of(config.get(CLEANUP).value().split(","));
        if (wanted.contains(COMPACT) != actual.contains(COMPACT)) {
            findings.add(new PlatformFinding(
                    "Topic %s is cleaned up by \"%s\" instead of \"%s\""
                            .formatted(entry.name(), config.get(CLEANUP).value(), entry.cleanupPolicy()),
                    "heroku kafka:topics:compaction %s --%s"
                            .formatted(entry.name(), wanted.contains(COMPACT) ? "enable" : "disable"),
                    false));
        } else if (!wanted.equals(actual)) {
            warnings.add("Topic %s is cleaned up by \"%s\" instead of \"%s\"."
                    .formatted(entry.name(), config.get(CLEANUP).value(), entry.cleanupPolicy()));
        }
        int confirming = Integer.parseInt(config.get("min.insync.replicas").value());
        if (entry.replicas() > 2 && confirming < 2) {
            warnings.add("Topic %s takes a record that %d replica has: at least 2 should."
                    .formatted(entry.name(), confirming));
        }
        if (actual.contains("delete")) {
            entry.retention().ifPresent(retention -> retention(entry, retention, config));
        }
    }

    private void retention(Catalogue.Entry entry, Duration wanted, Config config) {
        long actual = Long.parseLong(config.get("retention.ms").value());
        if (actual >= 0 && actual < wanted.toMillis()) {
            warnings.add("Topic %s keeps records for %d hours instead of %d."
                    .formatted(entry.name(), Duration.ofMillis(actual).toHours(), wanted.toHours()));
        }
    }

    private static Optional<Config> config(KafkaFuture<Config> config) throws ExecutionException, InterruptedException {
        try {
            return Optional.of(config.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
