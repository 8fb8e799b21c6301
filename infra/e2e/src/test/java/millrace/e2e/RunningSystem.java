package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import millrace.events.Json;
import millrace.local.PreparedPlatform;
import millrace.local.Procfile;

/**
 * The whole system, started like a user does: {@code bin/up} in a data directory of its own, on free ports, with its
 * default traffic. Its commands are the scripts of {@code bin/}; its answers come over HTTP.
 */
final class RunningSystem implements AutoCloseable {
    static final Path ROOT = Path.of(System.getProperty("project.root"));

    /** The processes of the project. */
    static final Procfile PROCFILE = Procfile.read(ROOT.resolve("Procfile"));

    private static final Set<String> PLATFORM_OPTIONS = Set.of("--plan", "--kafka", "--brokers");

    private static final Duration READY_WITHIN = Duration.ofSeconds(300);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(90);
    private static final Duration COMMAND_ENDS_WITHIN = Duration.ofSeconds(600);

    final Path directory;
    private final Path project;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process up;

    /** @param options of bin/up */
    RunningSystem(String... options) throws IOException {
        this(ROOT, options);
    }

    /** @param project folder of a copy of the project that is built */
    RunningSystem(Path project, String... options) throws IOException {
        this.project = project;
        directory = Files.createTempDirectory("system");
        // The prepared platform was started with the default options of the platform.
        if (Stream.of(options).noneMatch(PLATFORM_OPTIONS::contains)) {
            PreparedPlatform.copyInto(directory, project);
        }
        // This build has just compiled everything: bin/up need not do it again.
        Files.createDirectories(project.resolve("target"));
        Files.writeString(project.resolve("target/built"), "");
        up = start(Stream.concat(Stream.of("bin/up", "--port", "0"), Stream.of(options))
                .toArray(String[]::new));
        await("bin/up is ready")
                .atMost(READY_WITHIN)
                .until(() -> !up.isAlive() || Files.exists(directory.resolve("millrace.properties")) && allReady());
        assertThat(up.isAlive())
                .as(() -> "bin/up runs; its output: " + output())
                .isTrue();
    }

    /** Runs a line of a shell to its end, which must be successful, and returns its output. */
    String runLine(String line) throws IOException, InterruptedException {
        return run("bash", "-c", line);
    }

    /** Runs a command to its end, which must be successful, and returns its output. */
    String run(String... command) throws IOException, InterruptedException {
        var output = Files.createTempFile(directory, "command", ".log");
        var process = builder(command).redirectOutput(output.toFile()).start();
        if (!process.waitFor(COMMAND_ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.waitFor())
                .as(() -> String.join(" ", command) + " ends well; its output: " + text(output))
                .isZero();
        return Files.readString(output);
    }

    /** Starts a command and does not wait for its end. */
    Process start(String... command) throws IOException {
        return builder(command)
                .redirectOutput(directory
                        .resolve(Path.of(command[0]).getFileName() + ".log")
                        .toFile())
                .start();
    }

    /** Answer of a process to a GET request, which must be successful. */
    JsonNode query(String process, String question) {
        try {
            var request = HttpRequest.newBuilder(URI.create(url(process) + question))
                    .header("Authorization", "Bearer " + property("api-key.reader"))
                    .timeout(Duration.ofSeconds(30))
                    .build();
            var answer = http.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode())
                    .as(() -> question + ": " + answer.body())
                    .isEqualTo(200);
            return Json.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(question, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(question, e);
        }
    }

    /** All orders, read page by page. */
    List<JsonNode> orders() {
        var orders = new ArrayList<JsonNode>();
        for (var page = query("orders", "/orders?limit=1000"); !page.isEmpty(); ) {
            page.forEach(orders::add);
            var last = orders.getLast().get("orderId").asText();
            page = query("orders", "/orders?limit=1000&after=" + last);
        }
        return orders;
    }

    String url(String process) {
        return property(process + ".url");
    }

    String property(String name) {
        var properties = new Properties();
        try (var file = Files.newBufferedReader(directory.resolve("millrace.properties"))) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(name);
    }

    /** Kills a process, as the failure of a machine does. */
    void kill(String process) {
        handles(process).forEach(ProcessHandle::destroyForcibly);
    }

    /** Suspends a process until it is killed. */
    void suspend(String process) throws IOException, InterruptedException {
        for (var handle : handles(process).toList()) {
            run("kill", "-STOP", Long.toString(handle.pid()));
        }
    }

    /** Returns the running process of that name, or all of that type, if there are any. */
    Stream<ProcessHandle> handles(String process) {
        var name = Pattern.compile(".* " + Pattern.quote(process) + "(\\.\\d+)?");
        return text(directory.resolve("processes"))
                .lines()
                .filter(line -> name.matcher(line).matches())
                .map(line -> Long.parseLong(line.substring(0, line.indexOf(' '))))
                .flatMap(pid -> ProcessHandle.of(pid).stream());
    }

    boolean isReady(String process) {
        try {
            var request = HttpRequest.newBuilder(URI.create(url(process) + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Names of all processes of the Procfile. */
    static Stream<String> processes() {
        return PROCFILE.processes().stream().map(Procfile.Line::name);
    }

    /** Returns true for a process that {@code bin/new} has added: its line of Procfile.vars is in its own module. */
    static boolean isAdded(String process) {
        return text(ROOT.resolve("Procfile.vars")).lines().noneMatch(line -> line.startsWith(process + ":"));
    }

    boolean allReady() {
        return Procfile.read(project.resolve("Procfile")).processes().stream()
                .map(Procfile.Line::name)
                .allMatch(this::isReady);
    }

    @Override
    public void close() {
        up.destroy();
        up.onExit()
                .completeOnTimeout(null, STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .join();
        assertThat(up.isAlive()).as("bin/up stops when it is told to").isFalse();
        assertThat(text(directory.resolve("processes")))
                .as("bin/up leaves nothing running")
                .isBlank();
    }

    private String output() {
        return text(directory.resolve("up.log"));
    }

    private ProcessBuilder builder(String... command) {
        var builder = new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
        builder.environment().put("MILLRACE_HOME", directory.toString());
        return builder;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
