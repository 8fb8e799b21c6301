package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import millrace.paas.Ports;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything in containers by {@code infra/compose.yaml}, on a Docker engine: a click and an order, and their answers. */
@Tag("platform")
@Tag("long")
class ComposeTest {
    private static final Duration UP_WITHIN = Duration.ofSeconds(240);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);
    private static final long COMMAND_ENDS_WITHIN_SECONDS = 300;
    private static final String ORDER = """
            {"orderId": "1001", "anonymousId": "ann", "currency": "GBP", "total": "23.30", "shipping": "3.00",
             "paid": true, "lines": [{"productId": "lamp-1", "quantity": 2, "unitPrice": "10.15"}]}""";

    private final HttpClient http = HttpClient.newHttpClient();
    private final String project = "millrace-" + ProcessHandle.current().pid();
    private final Map<String, Integer> ports =
            RunningSystem.processes().collect(Collectors.toMap(process -> process, process -> Ports.free(0)));

    @TempDir
    private Path folder;

    @Test
    void a_click_and_an_order_are_accepted_and_answered_and_nothing_stays() throws Exception {
        assumeEngine();
        compose("build", "release");
        try {
            compose("up", "--detach");
            sendAndAsk();
        } finally {
            compose("down", "--volumes");
        }

        assertThat(run("docker", "ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project=" + project))
                .isBlank();
    }

    private void sendAndAsk() throws Exception {
        for (var process : ports.keySet()) {
            await(process + " is ready").atMost(UP_WITHIN).ignoreExceptions().until(() -> isReady(process));
        }

        assertThat(post(
                        "/v1/page",
                        "{\"messageId\": \"click-1\", \"anonymousId\": \"ann\","
                                + " \"properties\": {\"path\": \"/lamps\"}}"))
                .isEqualTo("{\"success\":true}");
        assertThat(post("/orders", ORDER)).contains("\"orderId\":\"shop/1001\"");

        // fork: analytics
        await().atMost(ANSWERED_WITHIN)
                .untilAsserted(() -> assertThat(get("analytics", "/page-views?page=/lamps&by=page"))
                        .contains("\"page\":\"/lamps\",\"views\":1"));
        // fork: end
        await().atMost(ANSWERED_WITHIN)
                .untilAsserted(() -> assertThat(get("orders", "/orders/shop/1001"))
                        .startsWith("{\"orderId\":\"shop/1001\",\"version\":1,\"status\":\"paid\"")
                        .contains("\"total\":\"23.30\""));
        // fork: audit
        await().atMost(ANSWERED_WITHIN)
                .untilAsserted(() ->
                        assertThat(get("audit", "/audit/orders/shop/1001")).contains("shop/1001"));
        // fork: end
    }

    /** Skips the test where no engine answers, except where {@code DOCKER_HOST} promises one. */
    private void assumeEngine() throws Exception {
        assumeThat(System.getenv("DOCKER_HOST") != null || start("docker", "info") == 0)
                .as("a Docker engine answers here, or DOCKER_HOST names one")
                .isTrue();
    }

    private void compose(String... arguments) throws Exception {
        var command = new ArrayList<>(
                start("docker", "compose", "version") == 0 ? List.of("docker", "compose") : List.of("docker-compose"));
        command.addAll(List.of("--project-name", project, "--file", "infra/compose.yaml"));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    /** Runs a command to its end, which must be successful, and returns its output. */
    private String run(String... command) throws Exception {
        var exitCode = start(command);
        var output = Files.readString(log());
        assertThat(exitCode).as(() -> String.join(" ", command) + ": " + output).isZero();
        return output;
    }

    /** Runs a command to its end and returns its exit code, -1 if there is no such command. */
    private int start(String... command) throws InterruptedException {
        var builder = new ProcessBuilder(command)
                .directory(RunningSystem.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        ports.forEach((process, port) ->
                builder.environment().put(process.toUpperCase(Locale.ROOT) + "_PORT", port.toString()));
        try {
            var process = builder.start();
            if (!process.waitFor(COMMAND_ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } catch (IOException noSuchCommand) {
            return -1;
        }
    }

    private Path log() {
        return folder.resolve("command.log");
    }

    private boolean isReady(String process) throws Exception {
        var request = HttpRequest.newBuilder(uri(process, "/q/health/ready")).build();
        return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    private String post(String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(uri("web", path))
                .header("Authorization", "Basic c2hvcC1rZXk6") // "shop-key:"
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private String get(String process, String question) throws Exception {
        var request = HttpRequest.newBuilder(uri(process, question))
                .header("Authorization", "Bearer reader-key")
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private URI uri(String process, String path) {
        return URI.create("http://127.0.0.1:" + ports.get(process) + path);
    }
}
