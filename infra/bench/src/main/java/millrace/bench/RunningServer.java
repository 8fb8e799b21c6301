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
import millrace.local.Child;
import millrace.local.Home;

/** A contender that runs, as a process of its own. */
final class RunningServer implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int ANSWERS_WITHIN_MS = 5000;

    private final ServerVariant contender;
    private final Child process;
    private final int port;

    private RunningServer(ServerVariant contender, Child process, int port) {
        this.contender = contender;
        this.process = process;
        this.port = port;
    }

    static RunningServer start(
            Home home, ProjectCommands project, ServerVariant contender, Map<String, String> variables) {
        var port = Integer.parseInt(variables.get("PORT"));
        var command = List.of("/bin/sh", "-c", contender.command());
        var name = contender.name() + "-" + port;
        return new RunningServer(contender, Child.start(home, name, project.folder(), variables, command), port);
    }

    ServerVariant contender() {
        return contender;
    }

    int port() {
        return port;
    }

    ProcessUsage usage() {
        return ProcessUsage.of(process.pid());
    }

    /** Comes back when it has answered 200 to an event of this kind. */
    void awaitReady(String writeKey, BenchmarkShutdown stop) {
        var end = Instant.now().plus(READY_WITHIN);
        while (!takes(writeKey)) {
            stop.check();
            if (process.endsWithin(LOOK_EVERY)) {
                throw failure("ended while it was starting");
            }
            if (Instant.now().isAfter(end)) {
                throw failure("does not take an event after " + READY_WITHIN.toSeconds() + " s");
            }
        }
    }

    @Override
    public void close() {
        process.stop(STOPS_WITHIN);
    }

    private BenchmarkException failure(String how) {
        return new BenchmarkException(
                contender.name() + " " + how + ":\n" + process.log().lastLines(20));
    }

    private boolean takes(String writeKey) {
        try {
            var url = URI.create("http://127.0.0.1:" + port + "/v1/track").toURL();
            var connection = (HttpURLConnection) url.openConnection();
            var user = Base64.getEncoder().encodeToString((writeKey + ":").getBytes(UTF_8));
            connection.setRequestProperty("authorization", "Basic " + user);
            connection.setRequestProperty("content-type", "application/json");
            connection.setConnectTimeout(ANSWERS_WITHIN_MS);
            connection.setReadTimeout(ANSWERS_WITHIN_MS);
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
