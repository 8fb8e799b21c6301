package millrace.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import millrace.local.ContainerEnvironment;
import millrace.local.DataDirectory;
import millrace.local.ManagedProcess;
import millrace.local.Platform;
import millrace.local.Secrets;
import millrace.paas.Ports;

/** One of several instances of a process of the Procfile, which can be killed and restarted. */
final class ServiceInstance implements AutoCloseable {
    private static final String API_KEY = Secrets.random();
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    /** Session timeouts that detect a killed process after 6 s, the minimum of the broker, instead of 10 s. */
    private static final Map<String, String> SHORT_SESSION_TIMEOUT = Map.of(
            // fork: analytics
            "analytics", " -Dkafka-streams.main.consumer.session.timeout.ms=6000",
            // fork: end
            "orders", " -Dmp.messaging.incoming.transactions.session.timeout.ms=6000");

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

    private final DataDirectory directory;
    private final Platform platform;
    private final String process;
    private final String name;
    private final int port = Ports.free(0);
    private ManagedProcess child;

    ServiceInstance(DataDirectory directory, Platform platform, String process, String name) throws IOException {
        this(directory, platform, process, name, Map.of());
    }

    ServiceInstance(DataDirectory directory, Platform platform, String process, String name, Map<String, String> more)
            throws IOException {
        this.directory = directory;
        this.platform = platform;
        this.process = process;
        this.name = name;
        start(more);
    }

    /** Runs a line of the Procfile to its end, which must be successful. */
    static void runToEnd(DataDirectory directory, Platform platform, String process) throws IOException {
        var child = ManagedProcess.start(
                directory, process, RunningSystem.ROOT, variables(platform, process), command(process));
        if (!child.endsWithin(Duration.ofMinutes(2)) || child.exitCode().orElse(1) != 0) {
            throw new IllegalStateException(process + " failed: " + child.log().lastLines(20));
        }
    }

    void start() throws IOException {
        start(Map.of());
    }

    /** @param more environment variables of this instance alone */
    void start(Map<String, String> more) throws IOException {
        var variables = variables(platform, process);
        variables.putAll(more);
        variables.put("PORT", Integer.toString(port));
        // fork: analytics
        variables.put("ANALYTICS_STATE_DIR", state().toString());
        // fork: end
        child = ManagedProcess.start(directory, name, RunningSystem.ROOT, variables, command(process));
    }

    /** Builds a GET request with an API key of the instance. */
    HttpRequest request(String question) {
        return HttpRequest.newBuilder(URI.create("http://" + address() + question))
                .header("Authorization", "Bearer " + API_KEY)
                .timeout(ANSWERS_WITHIN)
                .build();
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    long pid() {
        return child.pid();
    }

    boolean isAlive() {
        return child.isAlive();
    }

    void kill() {
        ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Deletes the local state of the killed process. */
    void deleteState() throws IOException {
        child.endsWithin(ENDS_WITHIN);
        try (var files = Files.walk(state())) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Path state() {
        return directory.resolve(name + "-state");
    }

    /** Sends a signal: STOP suspends the process, CONT resumes it. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid()))
                .start()
                .waitFor(10, TimeUnit.SECONDS);
    }

    String output() {
        return child.log().lastLines(30);
    }

    @Override
    public void close() {
        kill();
    }

    private static Map<String, String> variables(Platform platform, String process) {
        Map<String, String> variables = new LinkedHashMap<>(ContainerEnvironment.environment());
        variables.putAll(platform.configVars());
        variables.put("JAVA_OPTS", ContainerEnvironment.JAVA_OPTS + SHORT_SESSION_TIMEOUT.getOrDefault(process, ""));
        variables.put("API_KEYS", "e2e:reader:" + Secrets.sha256(API_KEY));
        return variables;
    }

    /** Command line of a process of the Procfile, for a shell. */
    static List<String> command(String process) throws IOException {
        try (var lines = Files.lines(RunningSystem.ROOT.resolve("Procfile"))) {
            return lines.filter(line -> line.startsWith(process + ":"))
                    .map(line -> List.of(
                            "/bin/sh",
                            "-c",
                            line.substring(process.length() + 1).strip()))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
