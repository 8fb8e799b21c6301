package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes a fork of the last commit in a folder, which builds it, starts it, and places an order. Each commit tries one
 * variant, in turn; {@code -Dfork.variant=2} tries that one.
 */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("alone")
class ForkedProjectTest {
    private static final String EVERYTHING = "everything";

    /** What each leaves out. */
    private static final List<String> VARIANTS =
            List.of("analytics,audit", "", "replay,bench,console,heroku", "audit", EVERYTHING);

    private static final Duration FORKED_WITHIN = Duration.ofMinutes(20);
    private static final Duration READY_WITHIN = Duration.ofSeconds(300);
    private static final Duration DONE_WITHIN = Duration.ofSeconds(60);
    private static final String ORDER = """
            {"orderId": "1001", "anonymousId": "ann", "currency": "GBP", "total": "23.30", "paid": true, \
            "lines": [{"productId": "lamp-1", "quantity": 2, "unitPrice": "11.65"}]}""";

    @TempDir
    private Path folder;

    private Path fork;
    private Path home;
    private Process up;

    @AfterEach
    void stop() throws InterruptedException {
        if (up != null) {
            up.destroy();
            if (!up.waitFor(90, TimeUnit.SECONDS)) {
                up.descendants().forEach(ProcessHandle::destroyForcibly);
                up.destroyForcibly();
            }
        }
    }

    @Test
    void a_fork_builds_runs_takes_an_order_and_keeps_no_trace() throws Exception {
        fork = folder.resolve("shop");
        home = Files.createDirectory(folder.resolve("home"));
        run(folder, 0, "git", "clone", "--quiet", RunningSystem.ROOT.toString(), fork.toString());
        run(fork, 0, "git", "config", "user.name", "A Person");
        run(fork, 0, "git", "config", "user.email", "person@shop.example");

        var arguments = new ArrayList<>(List.of("--apply", "--name", "Corner Shop", "--id", "corner-shop"));
        arguments.addAll(List.of("--package", "com.example.shop", "--group", "org.example"));
        var variant = variant();
        if (!variant.isEmpty()) {
            arguments.addAll(List.of("--without", variant));
        }
        assertThat(fork(fork, 0, arguments.toArray(String[]::new)))
                .contains("Committed: Make this project Corner Shop");

        assertThat(run(fork, 0, "git", "status", "--porcelain")).isEmpty();
        assertThat(fork(RunningSystem.ROOT, 0, "--check", fork.toString())).startsWith("Clean: ");
        startUp();
        var key = property("write-key.shop") + ":";
        run(fork, 0, "curl", "-sS", "--fail-with-body", "-u", key, "-d", ORDER, property("web.url") + "/orders");
        var office = "Authorization: Bearer " + property("api-key.reader");
        await("the order is paid")
                .atMost(DONE_WITHIN)
                .until(() -> run(fork, 0, "curl", "-sS", "-H", office, property("orders.url") + "/orders/shop/1001")
                        .contains("\"status\":\"paid\""));
        assertThat(run(fork, 0, "bash", "bin/up", "--help")).contains(".corner-shop");
    }

    @Test
    void a_planted_leftover_is_found() throws Exception {
        fork = folder.resolve("shop");
        run(folder, 0, "git", "init", "--quiet", fork.toString());
        Files.writeString(fork.resolve("README.md"), "# Shop\n");
        run(fork, 0, "git", "add", "--all");
        assertThat(fork(RunningSystem.ROOT, 0, "--check", fork.toString())).startsWith("Clean: ");

        Files.writeString(fork.resolve("README.md"), "# Shop\nX-MILLRACE-Id\n");

        assertThat(fork(RunningSystem.ROOT, 1, "--check", fork.toString()))
                .contains("README.md:2 has the name of the template: X-MILLRACE-Id");
    }

    /** Parts that a fork can leave out. */
    private static List<String> parts() throws IOException {
        var parts = new YAMLMapper()
                .readTree(RunningSystem.ROOT
                        .resolve("infra/fork/src/main/resources/parts.yaml")
                        .toFile());
        return parts.properties().stream()
                .filter(part -> part.getValue().get("optional").asBoolean())
                .map(part -> part.getKey())
                .toList();
    }

    private String variant() throws IOException, InterruptedException {
        var commit = Integer.parseInt(
                run(RunningSystem.ROOT, 0, "git", "rev-parse", "--short=7", "HEAD")
                        .strip()
                        .substring(0, 7),
                16);
        var variant = VARIANTS.get(Integer.getInteger("fork.variant", commit % VARIANTS.size()));
        if (variant.equals(EVERYTHING)) {
            variant = String.join(",", parts());
        }
        System.out.println("The fork is without " + (variant.isEmpty() ? "bin/fork alone" : variant) + ".");
        return variant;
    }

    private void startUp() throws IOException {
        // The fork has just built everything: bin/up need not do it again.
        Files.createDirectories(fork.resolve("target"));
        Files.writeString(fork.resolve("target/built"), "");
        up = builder(fork, "bin/up", "--port", "0", "--no-traffic")
                .redirectOutput(log())
                .start();
        await("bin/up of the fork is ready, or a process of it has ended")
                .atMost(READY_WITHIN)
                .until(() -> !up.isAlive()
                        || text(log()).contains("Ready after")
                        || text(log()).contains("has ended"));
        assertThat(text(log())).as("output of bin/up").contains("Ready after").doesNotContain("has ended");
    }

    private File log() {
        return folder.resolve("up.log").toFile();
    }

    private String property(String name) throws IOException {
        var properties = new Properties();
        try (var file = Files.newBufferedReader(home.resolve("corner-shop.properties"))) {
            properties.load(file);
        }
        return properties.getProperty(name);
    }

    /** Runs bin/fork of this build on a project. */
    private String fork(Path project, int exitCode, String... arguments) throws IOException, InterruptedException {
        var module = RunningSystem.ROOT.resolve("infra/fork/target");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dmillrace.root=" + project,
                "-cp",
                module.resolve("lib") + "/*:" + module.resolve("fork-1.0.0-SNAPSHOT.jar"),
                "millrace.fork.ForkCommand"));
        command.addAll(List.of(arguments));
        return run(project, exitCode, command.toArray(String[]::new));
    }

    private String run(Path directory, int exitCode, String... command) throws IOException, InterruptedException {
        var output = Files.createTempFile("fork", ".log").toFile();
        try {
            var process = builder(directory, command).redirectOutput(output).start();
            if (!process.waitFor(FORKED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            assertThat(process.waitFor())
                    .as(() -> String.join(" ", command) + "; its output: " + text(output))
                    .isEqualTo(exitCode);
            return text(output);
        } finally {
            Files.delete(output.toPath());
        }
    }

    private ProcessBuilder builder(Path directory, String... command) {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("KAFKA_"));
        if (home != null) {
            builder.environment().put("CORNER_SHOP_HOME", home.toString());
        }
        return builder;
    }

    private static String text(File file) {
        try {
            return Files.readString(file.toPath(), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
