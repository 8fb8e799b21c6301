package millrace.e2e;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every consumer that is rebuilt from zero equals the live one, digest by digest, although its rebuild is killed. */
@TestMethodOrder(OrderAnnotation.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
class RebuildComparisonTest {
    private static final Path DATA = RunningSystem.ROOT.resolve("../shared/data");
    private static final Duration SOON = Duration.ofSeconds(180);
    private static final List<String> LOSING = List.of("clicks", "transactions");
    private static boolean olderHalfDeleted;
    private static RunningSystem system;

    @BeforeAll
    static void feed() throws IOException, InterruptedException {
        system = new RunningSystem("--no-traffic");
        system.run("bin/feed", "shoppers", "--rate", "150", "--for", "10s", "--seed", "31");
        if (Files.isDirectory(DATA)) {
            system.run("bin/feed", "access-log", part("access-log/access.log", 1_000));
            system.run("bin/feed", "retail", part("online-retail/" + invoices(), 600));
        }
        new ChannelProbe(system).awaitConsumersCaughtUp();
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    @Order(1)
    void orders_that_are_rebuilt_equal_the_live_ones_though_they_were_killed_half_way() throws Exception {
        what_is_rebuilt_equals_the_live_one_though_it_was_killed_half_way("orders", "8");
    }

    @ParameterizedTest
    // fork: analytics
    @CsvSource("analytics, 150")
    // fork: instead @CsvSource("orders, 8")
    // fork: end
    @Order(2)
    @Tag("turn-4")
    void what_is_rebuilt_equals_the_live_one_though_it_was_killed_half_way(String consumer, String rate)
            throws Exception {
        runAndKill("bin/replay", "run", consumer, "--until-caught-up", "--rate", rate);

        system.run("bin/replay", "run", consumer, "--until-caught-up");

        assertEqualAndDrop(consumer);
    }

    // fork: audit
    @ParameterizedTest
    // fork: analytics
    @CsvSource({"orders, 8", "analytics, 100"})
    // fork: instead @CsvSource("orders, 8")
    // fork: end
    @Order(3)
    @Tag("turn-4")
    void also_when_the_older_half_is_only_in_the_archive(String consumer, String rate) throws Exception {
        deleteOlderHalf();
        assertThat(system.run("bin/replay", "plan", consumer)).contains("only the archive has them");
        runAndKill("bin/replay", "run", consumer, "--archive", "--until-caught-up", "--rate", rate);

        system.run("bin/replay", "run", consumer, "--archive", "--until-caught-up");

        assertEqualAndDrop(consumer);
    }
    // fork: end

    private static void assertEqualAndDrop(String consumer) throws IOException, InterruptedException {
        assertThat(system.run("bin/replay", "compare", consumer)).contains("Both are equal, digest ");
        system.run("bin/replay", "drop", consumer);
    }

    /** Kills the shadow and the command that started it, both at once, in the middle of their work. */
    private static void runAndKill(String... command) throws IOException, InterruptedException {
        var log = system.directory.resolve("replay.log");
        var run = system.start(command);
        await("the shadow reads")
                .atMost(SOON)
                .until(() -> !run.isAlive() || text(log).matches("(?s).*  [1-9][0-9,]* records read.*"));
        assertThat(run.isAlive()).as(() -> "it is not over: " + text(log)).isTrue();
        run.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        pid(system.directory.resolve("replay/" + command[2] + "-g2.process"))
                .flatMap(ProcessHandle::of)
                .ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Deletes the older half of the records, as retention would, after everything was archived and signed. */
    private static void deleteOlderHalf() throws Exception {
        if (olderHalfDeleted) {
            return;
        }
        olderHalfDeleted = true;
        try (var file = Files.newBufferedReader(system.directory.resolve("administrator.properties"))) {
            var client = new Properties();
            client.load(file);
            try (var admin = Admin.create(client)) {
                var partitions = partitions(admin);
                var first = offsets(admin, partitions, OffsetSpec.earliest());
                admin.deleteRecords(offsets(admin, partitions, OffsetSpec.latest()).entrySet().stream()
                                .collect(toMap(
                                        Map.Entry::getKey,
                                        end -> RecordsToDelete.beforeOffset(
                                                (first.get(end.getKey()) + end.getValue()) / 2))))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
        }
    }

    private static List<TopicPartition> partitions(Admin admin) throws Exception {
        var names = admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
                .filter(name -> LOSING.stream().anyMatch(channel -> name.matches("([a-z0-9-]+\\.)?" + channel)))
                .toList();
        return admin.describeTopics(names).allTopicNames().get(30, TimeUnit.SECONDS).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec which)
            throws Exception {
        return admin
                .listOffsets(partitions.stream().collect(toMap(partition -> partition, partition -> which)))
                .all()
                .get(30, TimeUnit.SECONDS)
                .entrySet()
                .stream()
                .collect(toMap(Map.Entry::getKey, offset -> offset.getValue().offset()));
    }

    /** First lines of a file of real data. */
    private static String part(String file, int lines) throws IOException {
        var part = system.directory.resolve(Path.of(file).getFileName());
        try (var all = Files.lines(DATA.resolve(file))) {
            Files.write(part, all.limit(lines).toList());
        }
        return part.toString();
    }

    private static String invoices() throws IOException {
        try (var files = Files.list(DATA.resolve("online-retail"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".csv"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Optional<Long> pid(Path trace) {
        return Files.exists(trace) ? Optional.of(Long.valueOf(text(trace).split(" ")[0])) : Optional.empty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
