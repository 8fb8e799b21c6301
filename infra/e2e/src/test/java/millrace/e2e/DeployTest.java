package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.local.Platform;
import millrace.paas.Ports;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deploys as the PaaS does: builds a clean clone, runs each line of the Procfile with config vars alone, and stops it.
 * One process is a consumer that was added by entries in the catalogue, the Procfile, Procfile.vars and the root pom.
 */
@Tag("platform")
@Tag("long")
@Tag("turn-3")
class DeployTest {
    private static final String WRITE_KEY = "a-write-key-of-this-test";
    private static final String API_KEY = "an-api-key-of-this-test";
    private static final Duration PAAS_WAITS_FOR_PORT = Duration.ofSeconds(60);
    private static final Duration UP_WITHIN = Duration.ofSeconds(180);
    private static final int PAAS_WAITS_SECONDS = 30;

    /** Lines of the Procfile that end by themselves, and the one that has a port of its own. */
    private static final Set<String> NO_WORKERS = Set.of("release", "web", "example");

    private static final Pattern READ = Pattern.compile("clicks \\d+: (\\d+) records before offset");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void a_clean_clone_with_a_consumer_more_builds_and_every_line_of_the_procfile_runs_and_stops() throws Exception {
        try (var app = new PaasApp(folder.resolve("app"));
                var platform = Platform.start(folder.resolve("platform"))) {
            app.addExampleConsumer();
            app.build();
            var vars = new HashMap<>(platform.configVars());
            vars.put("WRITE_KEYS", "shop:" + sha256(WRITE_KEY));
            vars.put("API_KEYS", "dashboard:reader:" + sha256(API_KEY));
            vars.put("JAVA_OPTS", "-Xmx300m -Xss512k -XX:CICompilerCount=2");
            // fork: analytics
            vars.put("ANALYTICS_STATE_DIR", folder.resolve("state").toString());
            // fork: end
            app.end("release", vars);
            assertThat(app.output("release"))
                    .contains(" %d consumer groups are there"
                            .formatted(RunningSystem.PROCFILE.consumers().size() + 1));
            var port = Ports.free(0);
            app.start("web", with(vars, "PORT", String.valueOf(port)));
            await("web binds its port").atMost(PAAS_WAITS_FOR_PORT).until(() -> send(port, "first") == 200);
            for (var worker : app.procfile().keySet()) {
                if (!NO_WORKERS.contains(worker)) {
                    app.start(worker, vars);
                }
            }
            for (var name : app.processes.keySet()) {
                await(name + " starts")
                        .atMost(UP_WITHIN)
                        .until(() -> app.output(name).contains("started in"));
            }
            var accepted = 1 + acceptedUntilStopped(app, port);

            assertThat(clicks(platform)).as("events on the channel").isGreaterThanOrEqualTo(accepted);
            app.end("example", vars);
            assertThat(readByExample(app))
                    .as("events that the added consumer read")
                    .isEqualTo(clicks(platform));
        }
    }

    private static long readByExample(PaasApp app) throws IOException {
        return READ.matcher(app.output("example"))
                .results()
                .mapToLong(partition -> Long.parseLong(partition.group(1)))
                .sum();
    }

    /** Sends events while all processes are told to stop; each must end within the time of the PaaS. */
    private long acceptedUntilStopped(PaasApp app, int port) throws InterruptedException {
        var accepted = 0L;
        app.processes.values().forEach(Process::destroy);
        for (var i = 0; app.processes.get("web").isAlive(); i++) {
            if (send(port, "m" + i) == 200) {
                accepted++;
            }
        }
        for (var process : app.processes.entrySet()) {
            assertThat(process.getValue().waitFor(PAAS_WAITS_SECONDS, TimeUnit.SECONDS))
                    .as(process.getKey() + " stops within " + PAAS_WAITS_SECONDS + " s")
                    .isTrue();
            assertThat(process.getValue().exitValue()).as(process.getKey()).isIn(0, 143);
        }
        return accepted;
    }

    /** Sends one page view and returns the status, or 0 without an answer. */
    private int send(int port, String id) throws InterruptedException {
        var basic = Base64.getEncoder().encodeToString((WRITE_KEY + ":").getBytes(UTF_8));
        var page = "{\"messageId\":\"%s\",\"anonymousId\":\"ann\",\"properties\":{\"path\":\"/\"}}".formatted(id);
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/page"))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Basic " + basic)
                .POST(BodyPublishers.ofString(page))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private static Map<String, String> with(Map<String, String> vars, String name, String value) {
        var more = new HashMap<>(vars);
        more.put(name, value);
        return more;
    }

    private static long clicks(Platform platform) throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            var ends = IntStream.range(0, 3)
                    .mapToObj(partition -> new TopicPartition(platform.topic("clicks"), partition))
                    .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        }
    }

    private static String sha256(String key) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
    }
}
