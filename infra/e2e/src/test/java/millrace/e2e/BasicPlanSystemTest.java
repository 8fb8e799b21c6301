package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import millrace.paas.PlatformVars;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The way of a click and of an order, and the usual traffic, with the rules of the smallest plan of the reference platform
 * and a broker of the version that it runs. The other tests of the running system have the rules of a dedicated cluster,
 * and the newer broker.
 */
@Tag("platform")
@Tag("embedded")
@Tag("long")
class BasicPlanSystemTest {
    private static final Duration DONE_WITHIN = Duration.ofSeconds(180);
    private static final long QUOTA = 64_000;
    private static final int EVENTS = 60;

    @Test
    void a_click_and_an_order_go_their_way_and_the_traffic_stays_within_the_quota() throws Exception {
        try (var system = new RunningSystem("--plan", "basic-0", "--kafka", "3.9")) {
            var vars = PlatformVars.startedIn(system.directory).orElseThrow();
            assertThat(vars.get("KAFKA_PREFIX")).endsWith(".");
            // fork: analytics
            assertThat(vars).containsEntry("ANALYTICS_GUARANTEE", "at_least_once");
            // fork: end
            post(system, "/v1/page", """
                {"messageId": "click-1", "anonymousId": "ann", "properties": {"path": "/lamps"}}""");
            post(system, "/orders", """
                {"orderId": "1001", "anonymousId": "ann", "currency": "GBP", "total": "23.30", "paid": true, \
                "lines": [{"productId": "lamp-1", "quantity": 2, "unitPrice": "11.65"}]}""");

            await("the order is paid")
                    .atMost(DONE_WITHIN)
                    .untilAsserted(() -> assertThat(system.query("orders", "/orders/shop/1001")
                                    .path("status")
                                    .asText())
                            .isEqualTo("paid"));
            // fork: analytics
            await("the click counts")
                    .atMost(DONE_WITHIN)
                    .untilAsserted(() -> assertThat(system.query("analytics", "/page-views?page=/lamps&by=page")
                                    .findValuesAsText("views"))
                            .containsExactly("1"));
            // fork: end
            var channels = new ChannelProbe(system);
            assertThat(producedPerSecond(system, channels)).isLessThan(QUOTA);
            channels.awaitConsumersCaughtUp();
            // fork: audit
            ArchiveCompleteness.assertComplete(system, channels);
            // fork: end
            for (var process : RunningSystem.processes().toList()) {
                assertThat(Files.readString(system.directory.resolve("logs/" + process + ".1.log")))
                        .as("log of " + process)
                        .doesNotContain("AuthorizationException");
            }
        }
    }

    /** Bytes a second that were produced to all topics while some events of the traffic went their way. */
    private static double producedPerSecond(RunningSystem system, ChannelProbe channels) throws Exception {
        try (var admin = Admin.create(administrator(system))) {
            var bytes = bytes(admin);
            var events = channels.records("clicks").size();
            var begin = System.nanoTime();
            await("traffic")
                    .atMost(DONE_WITHIN)
                    .until(() -> channels.records("clicks").size() >= events + EVENTS);
            var produced = (bytes(admin) - bytes) / ((System.nanoTime() - begin) / 1e9);
            System.out.printf("%.0f bytes/s are produced to all topics.%n", produced);
            return produced;
        }
    }

    private static Properties administrator(RunningSystem system) throws IOException {
        var client = new Properties();
        try (var file = Files.newBufferedReader(system.directory.resolve("administrator.properties"))) {
            client.load(file);
        }
        return client;
    }

    /** Bytes of all topics of the application; offsets of groups are the broker's own. */
    private static long bytes(Admin admin) throws ExecutionException, InterruptedException {
        var brokers = admin.describeCluster().nodes().get().stream()
                .map(node -> node.id())
                .toList();
        return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
                .flatMap(folders -> folders.values().stream())
                .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                .filter(replica -> !replica.getKey().topic().startsWith("__"))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
    }

    private static void post(RunningSystem system, String path, String body) throws IOException, InterruptedException {
        var url = system.url("web") + path;
        system.run("curl", "-sS", "--fail-with-body", "-u", system.property("write-key.shop") + ":", "-d", body, url);
    }
}
