package millrace.local.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import millrace.events.Json;
import millrace.local.LoopbackTls;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about the whole cluster. */
final class ClusterCommands {
    private ClusterCommands() {}

    @Command(name = "info", description = "Shows plan, state, limits and traffic of the cluster.")
    static final class Info extends OfCluster {
        @Override
        void run(Cluster cluster) throws InterruptedException {
            var info = get(cluster, "");
            var header = colours().heading("=== KAFKA_URL");
            print(info, header + "\n\n" + KafkaText.properties(lines(info, cluster), colours()) + "\n");
        }

        private Map<String, String> lines(JsonNode info, Cluster cluster) {
            var limits = info.path("limits");
            var topics = info.path("topics").size();
            var lines = new LinkedHashMap<String, String>();
            lines.put("Plan", cluster.plan());
            lines.put("Status", info.path("state").path("message").asText());
            lines.put("Version", info.path("version").path(0).asText());
            lines.put("Created", info.path("created_at").asText());
            var maxTopics = limits.path("max_topics").asInt();
            lines.put(
                    "Topics",
                    (maxTopics > 0
                                    ? "%s %d / %d topics"
                                            .formatted(KafkaText.bar(topics, maxTopics, colours()), topics, maxTopics)
                                    : topics + " " + KafkaText.plural(topics, "topic"))
                            + ", see bin/kafka topics");
            var prefix = info.path("topic_prefix").asText("");
            if (info.hasNonNull("topic_prefix")) {
                lines.put("Prefix", prefix);
            }
            var replicas = info.path("partition_replica_count").asLong();
            var maxReplicas = limits.path("max_partition_replica_count").asLong();
            lines.put(
                    "Partitions",
                    "%s %d / %d partition %s (partitions × replication factor)"
                            .formatted(
                                    KafkaText.bar(replicas, maxReplicas, colours()),
                                    replicas,
                                    maxReplicas,
                                    KafkaText.plural(replicas, "replica")));
            var messages = info.path("messages_in_per_sec").asLong();
            lines.put("Messages", KafkaText.count(messages, "message") + "/s");
            lines.put(
                    "Traffic",
                    "%s/s in / %s/s out"
                            .formatted(
                                    KafkaText.size(info.path("bytes_in_per_sec").asLong()),
                                    KafkaText.size(
                                            info.path("bytes_out_per_sec").asLong())));
            var size = info.path("data_size").asLong();
            var limit = limits.path("data_size").path("limit_bytes").asLong();
            lines.put(
                    "Data Size",
                    String.format(
                            Locale.ROOT,
                            "%s %s / %s (%.2f%%)",
                            KafkaText.bar(size, limit, colours()),
                            KafkaText.size(size),
                            KafkaText.size(limit),
                            100.0 * size / limit));
            lines.put("Add-on", cluster.name());
            return lines;
        }
    }

    @Command(name = "wait", description = "Waits until all brokers are up.")
    static final class Wait extends OfCluster {
        @Option(
                names = "--wait-interval",
                paramLabel = "SECONDS",
                defaultValue = "5",
                description = "Time between two questions. Default: ${DEFAULT-VALUE}.")
        private int interval;

        @Override
        void run(Cluster cluster) throws InterruptedException {
            var status = get(cluster, "/wait_status");
            while (status.path("waiting?").asBoolean()) {
                System.err.println("Waiting for cluster " + cluster.name() + "... "
                        + status.path("message").asText());
                Thread.sleep(Duration.ofSeconds(Math.clamp(interval, 1, 60)));
                status = get(cluster, "/wait_status");
            }
            if (isJson()) {
                print(status, "");
            }
        }
    }

    @Command(
            name = "credentials",
            description = {
                "Replaces the certificates of the cluster and of the application.",
                "The brokers trust the old and the new ones, and start again one by one; then the processes start again with"
                        + " the new ones. Nothing is lost."
            })
    static final class Credentials extends OfCluster {
        @Option(names = "--reset", required = true, description = "Says that you mean it.")
        private boolean reset;

        @Override
        void run(Cluster cluster) throws InterruptedException {
            var answer = call(cluster, "POST", "/rotate-credentials", null);
            print(answer, answer.path("message").asText());
        }
    }

    @Command(
            name = "fail",
            description = {
                "Kills one broker, which starts again by itself.",
                "With three brokers (bin/up --brokers 3) nothing stops meanwhile; with one, everything waits for it."
            })
    static final class Fail extends OfCluster {
        @Option(
                names = "--catastrophic",
                description = "Removes its disk, too; its replicas are copied from the others.")
        private boolean catastrophic;

        @Option(names = "--zookeeper", description = "Is refused: the cluster has no ZooKeeper.")
        private boolean zookeeper;

        @Option(names = "--confirm", paramLabel = "APP", description = "Confirms with the name of the app.")
        private String confirm;

        @Override
        void run(Cluster cluster) throws InterruptedException {
            confirm(
                    confirm,
                    affects(cluster) + "\n\nThis command will forcibly terminate nodes in your cluster at random.\n"
                            + "You should only run this command in controlled testing scenarios.");
            var body = Map.of("catastrophic", catastrophic, "zookeeper", zookeeper);
            var answer = during("Triggering failure", cluster, "POST", "/induce-failure", body);
            print(answer, answer.path("message").asText());
        }
    }

    @Command(name = "upgrade", description = "Is refused here, with the way to another version.")
    static final class Upgrade extends OfCluster {
        @Option(names = "--version", required = true, paramLabel = "VERSION", description = "Version of the brokers.")
        private String version;

        @Override
        void run(Cluster cluster) throws InterruptedException {
            call(cluster, "PUT", "/upgrade", Map.of("version", version));
        }
    }

    @Command(name = "zookeeper", description = "Is refused here: the cluster has no ZooKeeper.")
    static final class Zookeeper extends KafkaVerb {
        @Parameters(index = "0", paramLabel = "VALUE", description = "enable or disable")
        private String value;

        @Parameters(index = "1", arity = "0..1", paramLabel = "CLUSTER", description = "The only one; can be left out.")
        private String cluster;

        @Override
        String cluster() {
            return cluster;
        }

        @Override
        void run(Cluster found) throws InterruptedException {
            call(found, "POST", "/zookeeper", Map.of("enabled", onOrOff(value)));
        }
    }

    @Command(
            name = "plugin",
            description = {
                "Prints what the Kafka plugin of the PaaS's CLI needs to work on this cluster, as a shell sets it.",
                "Among it is the token of the control API: keep the output to yourself."
            })
    static final class Plugin extends OfCluster {
        @Override
        void run(Cluster cluster) {
            var environment = new LinkedHashMap<String, String>();
            environment.put("HEROKU_HOST", client().url());
            environment.put("HEROKU_DATA_HOST", client().url().replace("https://", ""));
            environment.put("HEROKU_API_KEY", client().token());
            environment.put("HEROKU_APP", app());
            environment.put(
                    "NODE_EXTRA_CA_CERTS",
                    LoopbackTls.certificate(directory())
                            .toAbsolutePath()
                            .normalize()
                            .toString());
            var lines = environment.entrySet().stream()
                    .map(variable -> "export " + variable.getKey() + "='"
                            + variable.getValue().replace("'", "'\\''") + "'")
                    .collect(Collectors.joining("\n"));
            print(Json.MAPPER.valueToTree(environment), lines);
        }
    }

    /** A command whose only argument is the cluster. */
    abstract static class OfCluster extends KafkaVerb {
        @Parameters(arity = "0..1", paramLabel = "CLUSTER", description = "The only one; can be left out.")
        private String cluster;

        @Override
        String cluster() {
            return cluster;
        }
    }
}
