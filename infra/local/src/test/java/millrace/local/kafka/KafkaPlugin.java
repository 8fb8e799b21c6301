package millrace.local.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Kafka plugin of the PaaS's CLI, as it is on npm, without the CLI: in {@code src/test/plugin}. */
final class KafkaPlugin {
    private static final Path FOLDER = Path.of("src/test/plugin").toAbsolutePath();
    private static final Path WANTED = FOLDER.resolve("package-lock.json");
    private static final Path INSTALLED = FOLDER.resolve("node_modules/installed.json");
    private static final int INSTALLED_WITHIN_SECONDS = 300;
    private static final int ENDS_WITHIN_SECONDS = 60;

    private final Path home;
    private final Map<String, String> environment;

    private KafkaPlugin(Path home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
    }

    /** @param err standard error; lines that the plugin has broken are whole again */
    record Ended(int exitCode, String out, String err) {}

    /** The plugin on a platform. */
    static KafkaPlugin on(ControlledPlatform platform, Path home) {
        return new KafkaPlugin(
                home,
                Pattern.compile("export (\\w+)='(.*)'")
                        .matcher(platform.run("plugin").out())
                        .results()
                        .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2))));
    }

    /** Installs it where it is missing or has changed. Skips the test on a machine without node and npm. */
    static void install(Path home) throws IOException, InterruptedException {
        assumeTrue(
                isOnThePath("node") && isOnThePath("npm"),
                "The plugin is not tried: node and npm are not on the PATH.");
        if (!Files.exists(INSTALLED) || Files.mismatch(WANTED, INSTALLED) >= 0) {
            var npm = new KafkaPlugin(home, Map.of())
                    .run(INSTALLED_WITHIN_SECONDS, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
            assertThat(npm.exitCode())
                    .as("installation of " + WANTED + ": " + npm.err())
                    .isZero();
            Files.copy(WANTED, INSTALLED, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Runs a command such as {@code kafka:topics}, without a terminal. */
    Ended run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("node", "plugin.js"));
        command.addAll(List.of(arguments));
        return run(ENDS_WITHIN_SECONDS, command);
    }

    /** Starts a command that runs until it is closed. */
    Running start(String... arguments) throws IOException {
        var out = Files.createTempFile(home, "out", ".txt");
        var command = new ArrayList<>(List.of("node", "plugin.js"));
        command.addAll(List.of(arguments));
        return new Running(
                builder(command, out, Files.createTempFile(home, "err", ".txt")).start(), out);
    }

    /** A command that runs. */
    record Running(Process process, Path out) implements AutoCloseable {
        /** Repeats an act until a line of the output matches. */
        void awaitLine(String pattern, Duration limit, ThrowingRunnable act) {
            await().atMost(limit).pollInterval(Duration.ofMillis(100)).until(() -> {
                act.run();
                return Files.readString(out).lines().anyMatch(line -> line.matches(pattern));
            });
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** An act of a test. */
    interface ThrowingRunnable {
        void run() throws Exception;
    }

    private Ended run(int seconds, List<String> command) throws IOException, InterruptedException {
        var out = Files.createTempFile(home, "out", ".txt");
        var err = Files.createTempFile(home, "err", ".txt");
        var process = builder(command, out, err).start();
        try {
            assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                    .as("%s ends within %d s", command, seconds)
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Ended(
                process.exitValue(),
                Files.readString(out, UTF_8),
                Files.readString(err, UTF_8).replaceAll("\\s*\n ›\\s*", " "));
    }

    private ProcessBuilder builder(List<String> command, Path out, Path err) {
        var builder = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("DISABLE_TELEMETRY", "true");
        builder.environment().put("CI", "false"); // it draws its tables otherwise in a CI
        if (!environment.isEmpty()) {
            builder.environment().put("HOME", home.toString());
        }
        builder.environment().putAll(environment);
        return builder;
    }

    private static boolean isOnThePath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }
}
