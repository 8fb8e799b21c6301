package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import millrace.paas.PlatformVars;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The way of a click and of an order, where each service has a Kafka identity of its own. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-1")
class OwnIdentitiesSystemTest {
    private static final Duration DONE_WITHIN = Duration.ofSeconds(120);
    private static final List<String> WRITTEN = List.of(
            // fork: analytics
            "page-views-per-minute",
            "visits",
            "revenue-per-minute",
            // fork: end
            // fork: audit
            "audit-checkpoints",
            // fork: end
            "clicks",
            "transactions",
            "orders",
            "order-state",
            "ledger");

    @Test
    void a_click_and_an_order_go_their_way_and_nothing_is_refused() throws Exception {
        try (var system = new RunningSystem("--no-traffic", "--identities", "own")) {
            post(system, "/v1/page", """
                {"messageId": "click-1", "anonymousId": "ann", "properties": {"path": "/lamps"}}""");
            post(system, "/orders", """
                {"orderId": "1001", "anonymousId": "ann", "currency": "GBP", "total": "23.30", "paid": true, \
                "lines": [{"productId": "lamp-1", "quantity": 2, "unitPrice": "11.65"}]}""");

            assertEachHasItsOwnKey(system);
            await("the order is paid")
                    .atMost(DONE_WITHIN)
                    .untilAsserted(() -> assertThat(
                                    system.query("orders", "/orders?limit=10").findValuesAsText("status"))
                            .containsExactly("paid"));
            // fork: analytics
            await("the click counts")
                    .atMost(DONE_WITHIN)
                    .untilAsserted(() -> assertThat(system.query("analytics", "/page-views?page=/lamps&by=page")
                                    .findValuesAsText("views"))
                            .containsExactly("1"));
            // fork: end
            var channels = new ChannelProbe(system);
            for (var channel : WRITTEN) {
                await(channel + " has a record")
                        .atMost(DONE_WITHIN)
                        .until(() -> !channels.records(channel).isEmpty());
            }
            channels.awaitConsumersCaughtUp();
            // fork: audit
            ArchiveCompleteness.assertComplete(system, channels);
            // fork: end
            for (var consumer : RunningSystem.PROCFILE.consumers().keySet()) {
                await(consumer + " sees that it has no lag")
                        .atMost(DONE_WITHIN)
                        .untilAsserted(() -> assertThat(lags(system, consumer))
                                .hasSizeGreaterThan(1)
                                .allMatch(line -> line.endsWith(" 0.0")));
            }

            var program = ReadmeCommands.command(RunningSystem.ROOT.resolve("docs/examples/README.md"), "java ");
            assertThat(system.runLine("eval \"$(bin/vars)\"; " + program)).contains("1 clicks.page");
            for (var process : RunningSystem.processes().toList()) {
                assertThat(log(system, process)).as("log of " + process).doesNotContain("AuthorizationException");
            }
        }
    }

    private static void assertEachHasItsOwnKey(RunningSystem system) {
        var keys = new HashMap<>(PlatformVars.startedIn(system.directory).orElseThrow());
        keys.keySet().removeIf(name -> !name.endsWith("KAFKA_CLIENT_CERT_KEY"));
        assertThat(keys).containsKey("KAFKA_CLIENT_CERT_KEY");
        RunningSystem.processes().forEach(process -> {
            var environment = LeastPrivilegeTest.environment(system, process);
            var own = process.toUpperCase(Locale.ROOT) + "_KAFKA_CLIENT_CERT_KEY";
            keys.forEach((name, key) -> assertThat(environment.contains(key))
                    .as("%s has %s", process, name)
                    .isEqualTo(name.equals(own)));
        });
    }

    private static void post(RunningSystem system, String path, String body) throws IOException, InterruptedException {
        var url = system.url("web") + path;
        system.run("curl", "-sS", "--fail-with-body", "-u", system.property("write-key.shop") + ":", "-d", body, url);
    }

    /** Lines of the metrics about the consumer's lag. */
    private static List<String> lags(RunningSystem system, String consumer) throws IOException, InterruptedException {
        return system.run("curl", "-sS", system.url(consumer) + "/q/metrics")
                .lines()
                .filter(line -> line.startsWith("kafka_consumer_group_lag_"))
                .toList();
    }

    private static String log(RunningSystem system, String process) throws IOException {
        return Files.readString(system.directory.resolve("logs").resolve(process + ".1.log"));
    }
}
