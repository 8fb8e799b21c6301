package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import millrace.generation.GenerationMembership;
import millrace.generation.PlatformDatabase;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consumer that no module of the project knows is rebuilt by implementing the port, in processes of its own. */
@Tag("platform")
class ExampleReplayTest {
    private static final Duration SOON = Duration.ofSeconds(120);

    /** The command of these cut-overs is dead, so none has to be renewed in this time. */
    private static final Duration SHORT_LEASE = Duration.ofSeconds(2);

    @TempDir
    private static Path home;

    private static ReplayTestPlatform testPlatform;

    private final StringWriter printed = new StringWriter();
    private final PlatformDatabase database =
            new PlatformDatabase(testPlatform.platform().settings().database().orElseThrow());
    private Thread supervisor;
    private volatile Process live;
    private volatile boolean over;

    @BeforeAll
    static void startPlatform() {
        testPlatform = ReplayTestPlatform.start(home);
    }

    @AfterAll
    static void stopPlatform() {
        testPlatform.close();
    }

    /** Ends the processes, and removes both generations and the records. */
    @AfterEach
    void reset() throws Exception {
        over = true;
        live.destroy();
        supervisor.join();
        testPlatform.publish(1, null, false);
        for (var generation = 1; generation <= 2; generation++) {
            testPlatform
                    .context()
                    .offsets()
                    .deleteGroup(testPlatform.generations().group(generation));
            testPlatform.generations().drop(generation);
        }
        try (var admin = Admin.create(testPlatform.local().kafkaClient())) {
            var written = new HashMap<TopicPartition, RecordsToDelete>();
            testPlatform
                    .context()
                    .offsets()
                    .latest(List.of("transactions"))
                    .forEach((partition, end) -> written.put(partition, RecordsToDelete.beforeOffset(end)));
            admin.deleteRecords(written).all().get();
        }
    }

    @Test
    void a_consumer_that_no_module_knows_is_rebuilt_compared_switched_to_and_dropped() {
        startLive(GenerationMembership.LEASE);
        write("a", "b", "c");
        awaitRows("example", 3);

        assertThat(replay("run", "example", "--until-caught-up"))
                .as(printed::toString)
                .isZero();
        assertThat(printed.toString())
                .containsPattern("records +3 equal")
                .contains("Both are equal, digest ", "Caught up.");

        assertThat(replay("compare", "example", "--json")).as(printed::toString).isZero();
        assertThat(printed.toString().lines().reduce((earlier, later) -> later))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("{\"parts\":[{\"what\":\"records\",\"equal\":3,")
                        .contains("\"differences\":[]", "\"digest\":\"d1\""));

        assertThat(replay("switch", "example")).as(printed::toString).isZero();
        assertThat(printed.toString()).contains("Generation 2 of example is live. Fenced.");
        write("d");
        awaitRows("example_g2", 4);
        assertThat(rows("example")).as("the old one reads no more").isEqualTo(3);

        assertThat(replay("drop", "example")).as(printed::toString).isZero();
        assertThat(testPlatform.generations().exists(1)).isFalse();
        assertThat(testPlatform.generations().exists(2)).isTrue();
    }

    @Test
    void after_a_switch_that_was_killed_the_old_generation_goes_on_by_itself() {
        startLive(SHORT_LEASE);
        write("a");
        awaitRows("example", 1);
        var before = live;

        testPlatform.publish(1, 2, false);
        await("the live one ends").atMost(SOON).until(() -> !before.isAlive());
        write("b");

        await("it is back").atMost(SOON).until(() -> rows("example") == 2);
    }

    @Test
    void a_switch_that_was_killed_while_it_fenced_is_ended_by_the_process_that_waits() {
        startLive(SHORT_LEASE);
        write("a");
        awaitRows("example", 1);
        testPlatform.generations().createResources(2);

        testPlatform.publish(1, 2, true);
        write("b");

        await("the new one reads").atMost(SOON).until(() -> rows("example_g2") == 2);
        assertThat(testPlatform.port().fenced(1, 2)).isTrue();
    }

    private void write(String... keys) {
        try (var producer = new KafkaProducer<>(
                new HashMap<String, Object>(testPlatform.platform().settings().kafka()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (var key : keys) {
                producer.send(new ProducerRecord<>(
                        testPlatform.platform().prefixed("transactions"), key.getBytes(UTF_8), new byte[0]));
            }
        }
    }

    private void awaitRows(String schema, long many) {
        await(many + " rows of " + schema).atMost(SOON).until(() -> rows(schema) == many);
    }

    private long rows(String schema) {
        return database.queryLong("SELECT count(*) FROM %s.records".formatted(schema));
    }

    private int replay(String... arguments) {
        var writer = new PrintWriter(printed, true);
        return ReplayCommand.commandLine(
                        testPlatform::platform,
                        platform -> List.of(ReplayTestPlatform.CONSUMER),
                        RebuildProcess::new,
                        new ShutdownSignal())
                .setOut(writer)
                .setErr(writer)
                .execute(arguments);
    }

    private void startLive(Duration lease) {
        testPlatform.generations().createResources(1);
        supervisor = Thread.ofPlatform().name("supervisor").start(() -> supervise(lease));
    }

    /** Runs the process of the Procfile again whenever it ends, as a platform does. */
    private void supervise(Duration lease) {
        var platform = testPlatform.platform();
        while (!over) {
            var builder = new ProcessBuilder("/bin/sh", "-c", platform.command(ReplayTestPlatform.CONSUMER))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            home.resolve("example.log").toFile()));
            builder.environment().putAll(platform.vars());
            builder.environment().put(ExampleConsumer.LEASE, lease.toString());
            try {
                live = builder.start();
                if (over) {
                    live.destroy();
                }
                live.waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
