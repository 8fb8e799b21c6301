package millrace.console.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import millrace.channels.ClusterException;
import millrace.channels.KafkaAnswers;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.feed.Feeds;
import millrace.console.house.TopicsAgainstCatalogue.Topic;
import millrace.console.view.Deployment;
import millrace.console.view.View;
import millrace.events.Catalogue;
import millrace.local.StartException;

/** Memory of the processes, use of the plan, topics, certificates and disk. */
public final class HouseView implements View {
    private static final Duration PROCESSES_EVERY = Duration.ofSeconds(2);
    private static final Duration CLUSTER_EVERY = Duration.ofSeconds(5);
    private static final Duration REST_EVERY = Duration.ofSeconds(30);
    private static final String CLUSTER = "/data/kafka/v0/clusters/KAFKA";
    private static final int MOST_FILES = 100_000;

    private final Deployment deployment;
    private final Clock clock;

    public HouseView(Deployment deployment, Clock clock) {
        this.deployment = deployment;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "house";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return true;
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        feeds.add("house-processes", PROCESSES_EVERY, access -> processes())
                .add("house-cluster", CLUSTER_EVERY, access -> deployment.isLocal() ? localCluster() : cluster())
                .add("house-rest", REST_EVERY, access -> rest());
    }

    private List<Object> processes() throws InterruptedException {
        if (!deployment.isLocal()) {
            return List.of();
        }
        var processes = new ArrayList<>();
        for (var process : control("/processes")) {
            var limit = process.path("memoryLimitBytes").asLong();
            var row = new LinkedHashMap<String, Object>();
            row.put("name", process.path("name").asText());
            row.put("description", process.path("description").asText());
            row.put("state", process.path("state").asText());
            row.put("paused", process.path("paused").asBoolean());
            row.put("since", process.path("since").asText());
            row.put("restarts", process.path("restarts").asInt());
            row.put("memory", process.path("memoryBytes").asLong());
            row.put("limit", limit);
            row.put("level", Level.of(process.path("memoryBytes").asLong(), limit));
            processes.add(row);
        }
        return processes;
    }

    private Map<String, Object> localCluster() throws InterruptedException {
        var cluster = control(CLUSTER);
        var topics = new ArrayList<Topic>();
        var sizes = new LinkedHashMap<String, Long>();
        for (var topic : control(CLUSTER + "/topics").path("topics")) {
            var name = topic.path("name").asText();
            topics.add(new Topic(
                    name,
                    topic.path("partitions").asInt(),
                    topic.path("replication_factor").asInt()));
            sizes.put(name, topic.path("data_size").asLong());
        }
        var value = value(topics);
        value.put("sizes", sizes);
        value.put("name", cluster.path("name").asText());
        value.put(
                "plan",
                control("/addons/KAFKA/addon-attachments")
                        .path(0)
                        .at("/addon/plan/name")
                        .asText());
        value.put("version", cluster.path("version").path(0).asText());
        value.put("message", cluster.path("state").path("message").asText());
        value.put("healthy", cluster.path("state").path("healthy?").asBoolean());
        value.put("recordsPerSecond", cluster.path("messages_in_per_sec").asLong());
        value.put("quotas", PlanQuotas.of(cluster));
        return value;
    }

    private Map<String, Object> cluster() {
        try {
            var prefix = deployment.prefix();
            var names = KafkaAnswers.of(deployment.admin().listTopics().names()).stream()
                    .filter(name -> name.startsWith(prefix))
                    .toList();
            var topics = KafkaAnswers.of(
                            deployment.admin().describeTopics(names).allTopicNames())
                    .values()
                    .stream()
                    .map(topic -> new Topic(
                            topic.name().substring(prefix.length()),
                            topic.partitions().size(),
                            topic.partitions().getFirst().replicas().size()))
                    .toList();
            var value = value(topics);
            value.put(
                    "brokers",
                    KafkaAnswers.of(deployment.admin().describeCluster().nodes())
                            .size());
            return value;
        } catch (ClusterException e) {
            throw new ConsoleException(503, e.getMessage(), e);
        }
    }

    private static Map<String, Object> value(List<Topic> topics) {
        var rows = TopicsAgainstCatalogue.compare(topics, Catalogue.entries());
        var value = new LinkedHashMap<String, Object>();
        value.put("topics", rows);
        value.put("verdicts", TopicsAgainstCatalogue.verdicts(rows));
        value.put("partitions", topics.stream().mapToInt(Topic::partitions).sum());
        return value;
    }

    private Map<String, Object> rest() {
        var value = new LinkedHashMap<String, Object>();
        value.put("certificates", CertificateDays.of(deployment, clock.instant()));
        deployment.home().ifPresent(home -> value.put("disk", disk(home)));
        return value;
    }

    private static Map<String, Object> disk(Path home) {
        try {
            var store = Files.getFileStore(home);
            var disk = new LinkedHashMap<String, Object>();
            disk.put("total", store.getTotalSpace());
            disk.put("free", store.getUsableSpace());
            disk.put("home", home.toAbsolutePath().toString());
            for (var part : List.of("data", "logs")) {
                disk.put(part, bytes(home.resolve(part)));
            }
            return disk;
        } catch (IOException e) {
            throw new UncheckedIOException(home + " cannot be read", e);
        }
    }

    /** Sum of the files of a folder, of 100,000 files at most; files that go away meanwhile are left out. */
    private static long bytes(Path folder) throws IOException {
        var sum = new long[2];
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                return ++sum[1] < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }

    private JsonNode control(String path) throws InterruptedException {
        try {
            return deployment.control().call("GET", path, null);
        } catch (StartException e) {
            throw new ConsoleException(503, e.getMessage(), e);
        }
    }
}
