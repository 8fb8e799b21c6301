package millrace.local.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import millrace.local.StartException;
import millrace.local.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about topics, except reading and writing. */
final class TopicCommands {
    private TopicCommands() {}

    @Command(name = "topics", description = "Lists the topics with their traffic.")
    static final class Topics extends ClusterCommands.OfCluster {
        @Override
        void run(Cluster cluster) throws InterruptedException {
            var answer = get(cluster, "/topics");
            print(answer, text(answer));
        }

        private String text(JsonNode answer) {
            var topics = answer.path("topics");
            var max = answer.path("limits").path("max_topics").asInt();
            var text = new StringBuilder(
                    colours()
                                    .heading("=== Kafka Topics on "
                                            + answer.path("attachment_name").asText()) + "\n\n");
            if (topics.isEmpty()) {
                return text + "No topics found on this Kafka cluster.\n\nUse bin/kafka topics:create to create a topic"
                        + (max > 0 ? " (limit " + max + ")" : "") + ".";
            }
            var facts = new ArrayList<String>();
            if (max > 0) {
                facts.add(topics.size() + " / " + max + " topics");
            }
            if (answer.hasNonNull("prefix")) {
                facts.add("prefix: " + colours().green(answer.path("prefix").asText()));
            }
            if (!facts.isEmpty()) {
                text.append(String.join("; ", facts)).append("\n\n");
            }
            var rows = StreamSupport.stream(topics.spliterator(), false)
                    .map(topic -> List.of(
                            topic.path("name").asText(),
                            KafkaText.number(
                                            topic.path("messages_in_per_second").asLong()) + "/sec",
                            KafkaText.size(topic.path("bytes_in_per_second").asLong()) + "/sec"))
                    .toList();
            return text + KafkaText.table(List.of("name", "Messages", "Traffic"), rows, colours());
        }
    }

    @Command(name = "topics:info", description = "Shows a topic: its rates, partitions, replicas and cleanup.")
    static final class Info extends OfTopic {
        @Override
        void run(Cluster cluster) throws InterruptedException {
            var topic = find(cluster);
            var header = colours().heading("=== " + cluster.name() + " :: " + name());
            print(topic, header + "\n\n" + KafkaText.properties(lines(topic), colours()));
        }

        private Map<String, String> lines(JsonNode topic) {
            var lines = new LinkedHashMap<String, String>();
            lines.put(
                    "Producers",
                    "%s/second (%s/second) total"
                            .formatted(
                                    KafkaText.count(
                                            topic.path("messages_in_per_second").asLong(), "message"),
                                    KafkaText.size(
                                            topic.path("bytes_in_per_second").asLong())));
            lines.put(
                    "Consumers",
                    KafkaText.size(topic.path("bytes_out_per_second").asLong()) + "/second total");
            var partitions = topic.path("partitions").asInt();
            lines.put("Partitions", partitions + " " + KafkaText.plural(partitions, "partition"));
            lines.put("Replication Factor", topic.path("replication_factor").asText());
            if (topic.hasNonNull("prefix")) {
                lines.put("Topic Prefix", colours().green(topic.path("prefix").asText()));
            }
            lines.put(
                    "Compaction",
                    "Compaction is %s for %s"
                            .formatted(
                                    topic.path("compaction").asBoolean() ? "enabled" : "disabled",
                                    topic.path("name").asText()));
            if (topic.hasNonNull("retention_time_ms")) {
                lines.put(
                        "Retention",
                        KafkaText.retention(topic.path("retention_time_ms").asLong()));
            }
            return lines;
        }
    }

    @Command(name = "topics:create", description = "Creates a topic, and lets the application use it.")
    static final class Create extends OfTopic {
        @Option(names = "--partitions", paramLabel = "N", description = "Default: that of the plan.")
        private String partitions;

        @Option(
                names = "--replication-factor",
                paramLabel = "N",
                description = "Replicas on the platform; here there are as many as brokers, at most.")
        private String replicationFactor;

        @Option(
                names = "--retention-time",
                paramLabel = "TIME",
                description =
                        "Such as 10d or 36h. Default: that of the plan; with --compaction none, if the plan lets it.")
        private String retentionTime;

        @Option(names = "--compaction", description = "Keeps the last record of each key.")
        private boolean compaction;

        @Override
        void run(Cluster cluster) throws InterruptedException {
            Long retention = retentionTime == null
                    ? null
                    : duration(retentionTime, "Could not parse retention time '%s'; expected value like '10d' or '36h'")
                            .toMillis();
            var info = get(cluster, "");
            if (retention == null && (!compaction || info.path("shared_cluster").asBoolean())) {
                retention = info.path("limits").path("default_retention_ms").asLong();
            }
            var fields = new HashMap<String, Object>();
            fields.put("name", name());
            fields.put("partition_count", partitions);
            fields.put("replication_factor", replicationFactor);
            fields.put("retention_time_ms", retention);
            fields.put("compaction", compaction);
            var progress = "Creating topic %s with compaction %s%s on %s"
                    .formatted(
                            name(),
                            compaction ? "enabled" : "disabled",
                            retention == null ? "" : " and retention time " + KafkaText.interval(retention),
                            cluster.name());
            var answer = during(progress, cluster, "POST", "/topics", topic(fields));
            var prefix = info.path("topic_prefix").asText("");
            print(
                    answer,
                    monitor()
                            + (info.hasNonNull("topic_prefix")
                                    ? "\nYour topic is using the prefix "
                                            + colours().green(prefix) + "."
                                    : ""));
        }
    }

    @Command(name = "topics:destroy", description = "Deletes a topic with its records.")
    static final class Destroy extends OfTopic {
        @Option(names = "--confirm", paramLabel = "APP", description = "Confirms with the name of the app.")
        private String confirm;

        @Override
        void run(Cluster cluster) throws InterruptedException {
            confirm(confirm, affects(cluster));
            var answer = during("Deleting topic " + name(), cluster, "DELETE", path(), Map.of("topic_name", name()));
            print(answer, "Your topic has been marked for deletion, and will be removed from the cluster shortly");
        }
    }

    @Command(
            name = "topics:compaction",
            description = {"Turns compaction of a topic on or off.", "VALUE is enable or disable."})
    static final class Compaction extends OfTopicValue {
        @Override
        void run(Cluster cluster) throws InterruptedException {
            var enabled = onOrOff(value());
            var topic = find(cluster);
            var info = get(cluster, "");
            Long former = topic.hasNonNull("retention_time_ms")
                    ? topic.path("retention_time_ms").asLong()
                    : null;
            var retention = enabled || former != null
                    ? former
                    : (Long) info.path("limits").path("minimum_retention_ms").asLong();
            var progress = (enabled ? "Enabling" : "Disabling") + " compaction"
                    + (enabled || former != null
                            ? ""
                            : " and setting retention time to " + KafkaText.interval(retention));
            change(progress, cluster, enabled, retention, null);
        }
    }

    @Command(
            name = "topics:retention-time",
            description = {
                "Sets how long a topic keeps records.",
                "VALUE is such as 36h or 10d, or disable: then only compaction removes them."
            })
    static final class RetentionTime extends OfTopicValue {
        @Override
        void run(Cluster cluster) throws InterruptedException {
            var retention = value().equals("disable")
                    ? null
                    : (Long) duration(
                                    value(),
                                    "Unknown retention time '%s'; expected 'disable' or value like '36h' or '10d'")
                            .toMillis();
            var compacted = find(cluster).path("compaction").asBoolean();
            var progress = retention != null
                    ? "Setting retention time to " + value()
                    : "Disabling time-based retention" + (compacted ? "" : " and enabling compaction");
            change(progress, cluster, retention == null || compacted, retention, null);
        }
    }

    @Command(name = "topics:replication-factor", description = "Sets how many replicas a topic has.")
    static final class ReplicationFactor extends OfTopicValue {
        @Override
        void run(Cluster cluster) throws InterruptedException {
            var topic = find(cluster);
            Long retention = topic.hasNonNull("retention_time_ms")
                    ? topic.path("retention_time_ms").asLong()
                    : null;
            change(null, cluster, topic.path("compaction").asBoolean(), retention, value());
        }
    }

    /** A command about one topic. */
    abstract static class OfTopic extends KafkaVerb {
        @Parameters(index = "0", paramLabel = "TOPIC", description = "Its name, without the prefix.")
        private String topic;

        @Parameters(index = "1", arity = "0..1", paramLabel = "CLUSTER", description = "The only one; can be left out.")
        private String cluster;

        @Override
        String cluster() {
            return cluster;
        }

        String name() {
            return topic;
        }

        String path() {
            return topicPath(topic);
        }

        String monitor() {
            return monitorOf(topic);
        }

        JsonNode find(Cluster found) throws InterruptedException {
            return topicOf(get(found, "/topics"), topic);
        }
    }

    /** A command that changes one value of a topic. */
    abstract static class OfTopicValue extends KafkaVerb {
        @Parameters(index = "0", paramLabel = "TOPIC", description = "Its name, without the prefix.")
        private String topic;

        @Parameters(index = "1", paramLabel = "VALUE", description = "The new value.")
        private String value;

        @Parameters(index = "2", arity = "0..1", paramLabel = "CLUSTER", description = "The only one; can be left out.")
        private String cluster;

        @Override
        String cluster() {
            return cluster;
        }

        String value() {
            return value;
        }

        JsonNode find(Cluster found) throws InterruptedException {
            return topicOf(get(found, "/topics"), topic);
        }

        /** @param replicas null to leave them as they are */
        void change(String progress, Cluster found, boolean compaction, Long retention, String replicas)
                throws InterruptedException {
            var fields = new HashMap<String, Object>();
            fields.put("name", topic);
            fields.put("compaction", compaction);
            fields.put("retention_time_ms", retention);
            fields.put("replication_factor", replicas);
            var line = progress == null
                    ? "Setting replication factor for topic " + topic + " to " + value
                            + (cluster == null ? "" : " on " + cluster)
                    : progress + " for topic " + topic + " on " + found.name();
            print(during(line, found, "PUT", topicPath(topic), topic(fields)), monitorOf(topic));
        }
    }

    private static String topicPath(String topic) {
        return "/topics/" + ControlClient.part(topic);
    }

    private static String monitorOf(String topic) {
        return "Use `bin/kafka topics:info " + topic + "` to monitor your topic.";
    }

    /** Finds a topic by its name with or without the prefix. */
    private static JsonNode topicOf(JsonNode answer, String name) {
        return StreamSupport.stream(answer.path("topics").spliterator(), false)
                .filter(topic -> topic.path("name").asText().equals(name)
                        || (topic.path("prefix").asText("") + topic.path("name").asText()).equals(name))
                .findFirst()
                .orElseThrow(() -> new StartException("topic " + name + " not found"));
    }
}
