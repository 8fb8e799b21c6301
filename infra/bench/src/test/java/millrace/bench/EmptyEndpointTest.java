package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import millrace.local.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The baseline of HTTP under the load generator, each as a process of its own. */
class EmptyEndpointTest {
    @TempDir
    private Path folder;

    private int port;
    private Process server;

    @BeforeEach
    void start() throws IOException {
        port = Ports.free(0);
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder =
                new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), EmptyEndpoint.class.getName());
        builder.environment().put("PORT", Integer.toString(port));
        server = builder.redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "server.log"))
                .start();
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            while (!listens(port)) {
                assertThat(server.isAlive()).as("the server runs").isTrue();
            }
        });
    }

    /** Connects to the port; probing whether it is free would take it from the server. */
    private static boolean listens(int port) throws IOException {
        try (var connection = new Socket("127.0.0.1", port)) {
            return connection.isConnected();
        } catch (ConnectException notYet) {
            return false;
        }
    }

    @AfterEach
    void stop() {
        server.destroyForcibly().onExit().join();
    }

    @Test
    void it_answers_single_events_and_batches() {
        try (var generator = LoadGeneratorProcess.start(folder.resolve("load.log"))) {
            for (var load :
                    List.of(LoadScenario.closedLoop(8), LoadScenario.openLoop(100, 8), LoadScenario.batches(100, 2))) {
                var looks = new int[1];
                var timing = new LoadTiming(Duration.ofMillis(200), Duration.ofMillis(600));

                var result = generator.run(load.plan(List.of(port), "key", timing), () -> looks[0]++);

                assertThat(result.errors()).isEmpty();
                assertThat(result.accepted()).isPositive();
                assertThat(looks[0]).isEqualTo(2);
            }
        }
    }

    @Test
    void an_invalid_load_is_refused_in_a_sentence_and_the_next_one_runs() {
        try (var generator = LoadGeneratorProcess.start(folder.resolve("load.log"))) {
            var timing = new LoadTiming(Duration.ZERO, Duration.ofSeconds(1));
            var tooSmall = LoadScenario.closedLoop(1).withEventBytes(10).plan(List.of(port), "key", timing);

            assertThat(catchThrowable(() -> generator.run(tooSmall, () -> {})))
                    .hasMessageStartingWith("An event of 10 bytes is asked for");
            assertThat(generator
                            .run(LoadScenario.closedLoop(1).plan(List.of(port), "key", timing), () -> {})
                            .accepted())
                    .isPositive();
        }
    }
}
