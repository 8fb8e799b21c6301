package millrace.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import millrace.local.DataDirectory;
import millrace.local.ManagedProcess;
import millrace.local.Platform;
import millrace.local.Ports;

/** The orders process, started as in the Procfile, with its metrics. */
final class OrdersProcess {
    private static final Pattern APPLIED =
            Pattern.compile("(?m)^orders_transactions_total\\{outcome=\"applied\"} (.*)$");
    private static final Pattern OUTBOX_ROWS = Pattern.compile("(?m)^outbox_rows(?:\\{[^}]*})? (.*)$");
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final ProjectCommands project;
    private final DataDirectory home;
    private final Platform platform;
    private final int port = Ports.free(0);
    private final HttpClient http = HttpClient.newHttpClient();
    private ManagedProcess process;

    OrdersProcess(ProjectCommands project, DataDirectory home, Platform platform) {
        this.project = project;
        this.home = home;
        this.platform = platform;
    }

    void start() {
        var variables = ProcessEnvironment.of(platform, "none", port);
        variables.put("DYNO", "orders.1");
        var command = project.processWithOptions("orders");
        process = ManagedProcess.start(home, "orders", project.folder(), variables, List.of("/bin/sh", "-c", command));
    }

    void stop() {
        process.stop(STOP_TIMEOUT);
    }

    ProcessUsage usage() {
        return ProcessUsage.of(process.pid());
    }

    /** Returns the transactions applied since its start; 0 while it does not answer. */
    long applied() {
        return metric(APPLIED);
    }

    /** Returns the latest gauge of outbox rows. */
    long outboxRows() {
        return metric(OUTBOX_ROWS);
    }

    private long metric(Pattern name) {
        if (!process.isAlive()) {
            throw new BenchmarkException(
                    "The orders process has ended:\n" + process.log().lastLines(20));
        }
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics"))
                .timeout(Duration.ofSeconds(5));
        try {
            var value = name.matcher(
                    http.send(request.build(), BodyHandlers.ofString()).body());
            return value.find() ? (long) Double.parseDouble(value.group(1)) : 0;
        } catch (IOException e) {
            return 0; // It does not listen yet.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("Interrupted.", e);
        }
    }
}
