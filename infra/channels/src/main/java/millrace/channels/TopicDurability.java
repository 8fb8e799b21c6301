package millrace.channels;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Plan plan;
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    /** Topics by what is said of each of them. */
    private final Map<String, List<String>> warnings = new LinkedHashMap<>();

    /** @param plan whose cluster may let compacted topics expire, too */
    TopicDurability(Admin admin, String prefix, Plan plan) {
        this.admin = admin;
        this.prefix = prefix;
        this.plan = plan;
    }

    List<Finding> findings(Map<Catalogue.Entry, TopicDescription> topics) {
        var configs = admin.describeConfigs(
                        topics.keySet().stream().map(this::resource).toList())
                .values();
        topics.forEach((entry, topic) -> {
            int replicas = leastReplicas(topic);
            if (replicas < entry.replicas()) {
                warn(
                        entry,
                        "has %d replicas instead of %d: a broker that is lost may take records with it"
                                .formatted(replicas, entry.replicas()));
            }
            config(configs.get(resource(entry)))
                    .ifPresentOrElse(known -> settings(entry, replicas, known), () -> unknown.add(entry.name()));
        });
        warnings.forEach((what, names) -> findings.add(Finding.warning(
                "Topic %s%s %s"
                        .formatted(
                                names.getFirst(),
                                names.size() == 1 ? "" : " (and %d more)".formatted(names.size() - 1),
                                what),
                "")));
        if (!unknown.isEmpty()) {
            findings.add(Finding.unknown(
                    "Whether %s and %d more topics are compacted, how long they keep records and how many replicas must confirm one is unknown: the platform does not say"
                            .formatted(unknown.getFirst(), unknown.size() - 1),
                    ""));
        }
        return findings;
    }

    private static int leastReplicas(TopicDescription topic) {
        return topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
    }

    private void settings(Catalogue.Entry entry, int replicas, Config config) {
        var wanted = Set.of(entry.cleanupPolicy().split(","));
        var cleanup = config.get(CLEANUP).value();
        var actual = Set.of(cleanup.split(","));
        var ofPlan = Set.of(plan.cleanup(entry).policy().split(","));
        var difference = "is cleaned up by \"%s\" instead of \"%s\"".formatted(cleanup, entry.cleanupPolicy());
        if (wanted.contains(COMPACT) != actual.contains(COMPACT)) {
            findings.add(Finding.wrong(
                    "Topic " + entry.name() + " " + difference,
                    "heroku kafka:topics:compaction %s --%s"
                            .formatted(entry.name(), wanted.contains(COMPACT) ? "enable" : "disable")));
        } else if (!wanted.equals(actual) && !ofPlan.equals(actual)) {
            warn(entry, difference);
        }
        int confirming =
                Integer.parseInt(config.get(TopicProvisioner.CONFIRMING).value());
        if (confirming > replicas) {
            findings.add(Finding.wrong(
                    "Topic %s takes no record: %d replicas must confirm one, and it has %d"
                            .formatted(entry.name(), confirming, replicas),
                    "set its " + TopicProvisioner.CONFIRMING + " to " + TopicProvisioner.confirming(replicas)));
        } else if (entry.replicas() > 2 && confirming < 2) {
            warn(entry, "takes a record that %d replica has: at least 2 should".formatted(confirming));
        }
        if (actual.contains("delete")) {
            entry.retention().ifPresent(retention -> retention(entry, retention, config));
        }
    }

    private void retention(Catalogue.Entry entry, Duration wanted, Config config) {
        long actual = Long.parseLong(config.get("retention.ms").value());
        if (actual >= 0 && actual < wanted.toMillis()) {
            warn(
                    entry,
                    "keeps records for %d hours instead of %d"
                            .formatted(Duration.ofMillis(actual).toHours(), wanted.toHours()));
        }
    }

    private void warn(Catalogue.Entry entry, String what) {
        warnings.computeIfAbsent(what, first -> new ArrayList<>()).add(entry.name());
    }

    private static Optional<Config> config(KafkaFuture<Config> config) {
        KafkaFuture<Optional<Config>> known = config.thenApply(Optional::of);
        return KafkaAnswers.of(known, Map.of(AuthorizationException.class, Optional.empty()));
    }

    private ConfigResource resource(Catalogue.Entry entry) {
        return new ConfigResource(ConfigResource.Type.TOPIC, prefix + entry.name());
    }
}
