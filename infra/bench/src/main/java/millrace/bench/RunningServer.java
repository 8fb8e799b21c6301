package millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import millrace.local.DataDirectory;
import millrace.local.ManagedProcess;

/** A server variant that runs as a process of its own. */
final class RunningServer implements AutoCloseable {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL_EVERY = Duration.ofMillis(100);
    private static final int ANSWER_TIMEOUT_MS = 5000;

    private final ServerVariant variant;
    private final ManagedProcess process;
    private final int port;

    private RunningServer(ServerVariant variant, ManagedProcess process, int port) {
        this.variant = variant;
        this.process = process;
        this.port = port;
    }

    static RunningServer start(
            DataDirectory home, ProjectCommands project, ServerVariant variant, Map<String, String> variables) {
        var port = Integer.parseInt(variables.get("PORT"));
        var command = List.of("/bin/sh", "-c", variant.command());
        var name = variant.name() + "-" + port;
        return new RunningServer(variant, ManagedProcess.start(home, name, project.folder(), variables, command), port);
    }

    ServerVariant variant() {
        return variant;
    }

    int port() {
        return port;
    }

    ProcessUsage usage() {
        return ProcessUsage.of(process.pid());
    }

    /**
     * Waits until the server answers 200 to an event.
     *
     * @throws BenchmarkException if it ends, or does not answer so within 60 s
     */
    void awaitReady(String writeKey, BenchmarkShutdown stop) {
        var end = Instant.now().plus(READY_TIMEOUT);
        while (!takes(writeKey)) {
            stop.check();
            if (process.endsWithin(POLL_EVERY)) {
                throw failure("ended while it was starting");
            }
            if (Instant.now().isAfter(end)) {
                throw failure("does not accept an event after " + READY_TIMEOUT.toSeconds() + " s");
            }
        }
    }

    @Override
    public void close() {
        process.stop(STOP_TIMEOUT);
    }

    private BenchmarkException failure(String how) {
        return new BenchmarkException(
                variant.name() + " " + how + ":\n" + process.log().lastLines(20));
    }

    private boolean takes(String writeKey) {
        try {
            var url = URI.create("http://127.0.0.1:" + port + "/v1/track").toURL();
            var connection = (HttpURLConnection) url.openConnection();
            var user = Base64.getEncoder().encodeToString((writeKey + ":").getBytes(UTF_8));
            connection.setRequestProperty("authorization", "Basic " + user);
            connection.setRequestProperty("content-type", "application/json");
            connection.setConnectTimeout(ANSWER_TIMEOUT_MS);
            connection.setReadTimeout(ANSWER_TIMEOUT_MS);
            connection.setDoOutput(true);
            try (var body = connection.getOutputStream()) {
                body.write("{\"type\":\"track\",\"event\":\"Bench Began\",\"anonymousId\":\"bench\"}".getBytes(UTF_8));
            }
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false; // It does not listen yet.
        }
    }
}
