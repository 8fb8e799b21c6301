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
import millrace.local.Ports;
import millrace.local.Secrets;

/** One of several processes of the same line of the Procfile, which comes back as often as it is killed. */
final class ServiceInstance implements AutoCloseable {
    private static final String API_KEY = Secrets.random();
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    /** A process that is killed is missed after the least that a broker allows, and not after the usual 10 s. */
    private static final Map<String, String> MISSED_SOON = Map.of(
            "analytics", " -Dkafka-streams.main.consumer.session.timeout.ms=6000",
            "orders", " -Dmp.messaging.incoming.transactions.session.timeout.ms=6000");

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

    private final DataDirectory home;
    private final Platform platform;
    private final String process;
    private final String name;
    private final int port = Ports.free(0);
    private ManagedProcess child;

    ServiceInstance(DataDirectory home, Platform platform, String process, String name) throws IOException {
        this(home, platform, process, name, Map.of());
    }

    ServiceInstance(DataDirectory home, Platform platform, String process, String name, Map<String, String> more)
            throws IOException {
        this.home = home;
        this.platform = platform;
        this.process = process;
        this.name = name;
        start(more);
    }

    /** Runs a line of the Procfile to its end, which must be a good one. */
    static void end(DataDirectory home, Platform platform, String process) throws IOException {
        var child = ManagedProcess.start(
                home, process, SystemUnderTest.ROOT, variables(platform, process), command(process));
        if (!child.endsWithin(Duration.ofMinutes(2)) || child.exitCode().orElse(1) != 0) {
            throw new IllegalStateException(process + " failed: " + child.log().lastLines(20));
        }
    }

    void start() throws IOException {
        start(Map.of());
    }

    /** @param more variables, beside those of every process */
    void start(Map<String, String> more) throws IOException {
        var variables = variables(platform, process);
        variables.putAll(more);
        variables.put("PORT", Integer.toString(port));
        variables.put("ANALYTICS_STATE_DIR", state().toString());
        child = ManagedProcess.start(home, name, SystemUnderTest.ROOT, variables, command(process));
    }

    /** Asks it, with an API key that it knows. */
    HttpRequest question(String question) {
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

    /** What it had on its disk, after it was killed. */
    void loseState() throws IOException {
        child.endsWithin(ENDS_WITHIN);
        try (var files = Files.walk(state())) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Path state() {
        return home.resolve(name + "-state");
    }

    /** STOP suspends it, CONT lets it go on. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid()))
                .start()
                .waitFor(10, TimeUnit.SECONDS);
    }

    String said() {
        return child.log().lastLines(30);
    }

    @Override
    public void close() {
        kill();
    }

    private static Map<String, String> variables(Platform platform, String process) {
        Map<String, String> variables = new LinkedHashMap<>(ContainerEnvironment.environment());
        variables.putAll(platform.configVars());
        variables.put("JAVA_OPTS", ContainerEnvironment.JAVA_OPTS + MISSED_SOON.getOrDefault(process, ""));
        variables.put("API_KEYS", "e2e:reader:" + Secrets.sha256(API_KEY));
        return variables;
    }

    /** The line of the Procfile, for a shell. */
    static List<String> command(String process) throws IOException {
        try (var lines = Files.lines(SystemUnderTest.ROOT.resolve("Procfile"))) {
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
