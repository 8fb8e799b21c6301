package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import millrace.paas.PlatformVars;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A broker of three fails with its disk, and all certificates are replaced, during a feed: nothing is lost. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-2")
class ClusterFaultsTest {
    private static final Duration WITHIN = Duration.ofSeconds(240);
    private static final int SOME = 500;

    @Test
    void a_feed_loses_nothing_by_a_failed_broker_and_by_new_credentials() throws Exception {
        try (var system = new RunningSystem("--brokers", "3", "--no-traffic")) {
            var certificate = certificate(system);
            var report = system.directory.resolve("shoppers.json");
            var feed = system.start(
                    "bin/feed",
                    "shoppers",
                    "--rate",
                    "100",
                    "--for",
                    "60s",
                    "--seed",
                    "22",
                    "--json",
                    report.toString());
            try {
                awaitClicks(system, SOME);
                system.run("bin/kafka", "fail", "--catastrophic", "--confirm", "millrace");
                awaitClicks(system, 2 * SOME);
                assertThat(feed.isAlive()).as("the feed still sends").isTrue();
                system.run("bin/kafka", "credentials", "--reset");
                assertThat(feed.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } finally {
                feed.destroyForcibly();
            }
            assertThat(feed.exitValue()).as(() -> log(system)).isZero();
            assertThat(certificate(system)).isNotEqualTo(certificate);

            await("all processes are back").atMost(WITHIN).until(system::allReady);
            var channels = new ChannelProbe(system);
            channels.awaitConsumersCaughtUp();
            var expected = ExpectedAnswers.in(report);
            // fork: analytics
            var span = "from=" + expected.text("from") + "&to=" + expected.text("to");
            // fork: end
            // fork: analytics
            assertThat(sums(system.query("analytics", "/page-views?by=page&" + span), "page", "views"))
                    .isEqualTo(expected.numbers("pageViews"));
            assertThat(sums(
                            system.query("analytics", "/top-products?by=bought&limit=1000&" + span),
                            "productId",
                            "count"))
                    .isEqualTo(expected.numbers("unitsPerProduct"));
            // fork: end
            assertThat(system.orders().stream()
                            .filter(order -> !order.get("status").asText().equals("rejected")))
                    .hasSize(expected.number("ordersAccepted"));
            // fork: audit
            ArchiveCompleteness.assertComplete(system, channels);
            // fork: end
        }
    }

    private static void awaitClicks(RunningSystem system, int most) {
        await(most + " clicks are in the log")
                .atMost(WITHIN)
                .until(() -> new ChannelProbe(system).records("clicks").size() >= most);
    }

    private static String certificate(RunningSystem system) {
        return PlatformVars.startedIn(system.directory).orElseThrow().get("KAFKA_CLIENT_CERT");
    }

    private static String log(RunningSystem system) {
        try {
            return Files.readString(system.directory.resolve("feed.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    // fork: analytics
    private static Map<String, Long> sums(JsonNode rows, String key, String number) {
        var sums = new TreeMap<String, Long>();
        rows.forEach(row -> sums.merge(row.get(key).asText(), row.get(number).asLong(), Long::sum));
        return sums;
    }
    // fork: end
}
