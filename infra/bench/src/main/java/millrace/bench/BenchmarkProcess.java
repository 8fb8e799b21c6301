package millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import millrace.bench.load.ProcessUsage;
import millrace.local.ManagedProcess;

/** A contender: a service, or a server that is compared with one, as a process with a port. */
final class BenchmarkProcess implements AutoCloseable {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration POLL_EVERY = Duration.ofMillis(100);

    private final ManagedProcess process;
    private final int port;
    private final BenchmarkShutdown stop;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_TIMEOUT).build();
    private final long begin = System.nanoTime();

    BenchmarkProcess(ManagedProcess process, int port, BenchmarkShutdown stop) {
        this.process = process;
        this.port = port;
        this.stop = stop;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    ProcessUsage usage() {
        return ProcessUsage.of(process.pid());
    }

    /** Returns the time since its start. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /**
     * Checks that the process is alive; to be called in every wait for it.
     *
     * @throws BenchmarkException with its last lines if it has ended
     */
    void check() {
        if (!process.isAlive()) {
            throw failure("has ended");
        }
    }

    /** Returns a request to a path, with the write key. */
    HttpRequest.Builder request(String path, String writeKey) {
        var user = Base64.getEncoder().encodeToString((writeKey + ":").getBytes(UTF_8));
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWER_TIMEOUT)
                .header("Authorization", "Basic " + user)
                .header("Content-Type", "application/json");
    }

    /**
     * Waits until the process answers 200 to an event.
     *
     * @throws BenchmarkException if it ends, or does not answer so within 60 s
     */
    void awaitAccepting(String writeKey) {
        var event = request("/v1/track", writeKey)
                .POST(BodyPublishers.ofString(
                        "{\"type\":\"track\",\"event\":\"Bench Began\",\"anonymousId\":\"bench\"}"))
                .build();
        while (send(event).status() != 200) {
            stop.check();
            if (process.endsWithin(POLL_EVERY)) {
                throw failure("ended while it was starting");
            }
            if (age().compareTo(READY_TIMEOUT) > 0) {
                throw failure("does not accept an event after " + READY_TIMEOUT.toSeconds() + " s");
            }
        }
    }

    /**
     * Returns a metric of a service; 0 while it does not answer or has none of this name.
     *
     * @param line regular expression of the name and labels
     */
    long metric(String line) {
        check();
        var value = Pattern.compile("(?m)^" + line + " (.*)$")
                .matcher(send(request("/q/metrics", "none").build()).body());
        return value.find() ? (long) Double.parseDouble(value.group(1)) : 0;
    }

    /** Kills the process; it has no time to finish anything. */
    void kill() {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        process.endsWithin(STOP_TIMEOUT);
    }

    @Override
    public void close() {
        http.close();
        process.stop(STOP_TIMEOUT);
    }

    private record Answer(int status, String body) {}

    private Answer send(HttpRequest request) {
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answer(0, ""); // It does not listen yet.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("Interrupted.", e);
        }
    }

    private BenchmarkException failure(String how) {
        return new BenchmarkException(
                process.name() + " " + how + ":\n" + process.log().lastLines(20));
    }
}
