package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import millrace.events.Channels;
import millrace.events.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every service is killed, each while the others are still restarting: no event is lost, and none counts twice. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
class KillTest {
    private static final Duration BACK_WITHIN = Duration.ofSeconds(180);

    @Test
    void a_service_that_is_killed_loses_and_doubles_nothing(RunningSystem system)
            throws IOException, InterruptedException {
        var file = system.directory.resolve("killed.json");
        var feed = system.start(
                "bin/feed", "shoppers", "--rate", "100", "--for", "30s", "--seed", "11", "--json", file.toString());
        for (var process : RunningSystem.processes().toList()) {
            system.kill(process);
            await(process + " is away").atMost(BACK_WITHIN).until(() -> !system.isReady(process));
        }
        await("all are back").atMost(BACK_WITHIN).until(system::allReady);
        assertThat(feed.waitFor(180, TimeUnit.SECONDS)).as("the feed ends").isTrue();
        assertThat(feed.exitValue()).isZero();
        var channel = new ChannelProbe(system);
        channel.awaitConsumersCaughtUp();

        var expected = Json.MAPPER.readTree(file.toFile());
        assertOrders(system, expected);
        assertChanges(channel, expected.get("name").asText());
        // fork: analytics
        assertPageViews(system, expected);
        // fork: end
        // fork: audit
        ArchiveCompleteness.assertComplete(system, channel);
        // fork: end
    }

    private static void assertOrders(RunningSystem system, JsonNode expected) {
        var accepted = 0;
        var rejected = 0;
        for (var order : system.orders()) {
            if (order.get("orderId").asText().contains(expected.get("name").asText())) {
                if (order.get("status").asText().equals("rejected")) {
                    rejected++;
                } else {
                    accepted++;
                }
            }
        }
        assertThat(accepted).isEqualTo(expected.get("ordersAccepted").asInt()).isPositive();
        assertThat(rejected).isEqualTo(expected.get("ordersRejected").asInt());
    }

    /**
     * Checks the changes of the feed's orders: a repeat on the channel has the same event id; each order has all its
     * versions, and each version one cause.
     */
    private static void assertChanges(ChannelProbe channel, String name) {
        var versions = new HashMap<String, Set<Long>>();
        var causes = new HashMap<String, String>();
        for (var record : channel.records("orders")) {
            var event = Channels.ORDERS.value().deserializer().deserialize("orders", record.value());
            if (event.orderId().contains(name)) {
                versions.computeIfAbsent(event.orderId(), id -> new TreeSet<>()).add(event.version());
                assertThat(causes.merge(event.causedBy(), event.eventId(), (one, other) -> one))
                        .isEqualTo(event.eventId());
            }
        }
        assertThat(versions).isNotEmpty().allSatisfy((order, seen) -> {
            var expected = new HashSet<Long>();
            for (var version = 1L; version <= seen.size(); version++) {
                expected.add(version);
            }
            assertThat(seen).isEqualTo(expected);
        });
    }

    // fork: analytics
    private static void assertPageViews(RunningSystem system, JsonNode expected) {
        var span = "from=" + expected.get("from").asText() + "&to="
                + expected.get("to").asText();
        var views = 0L;
        for (var row : system.query("analytics", "/page-views?by=page&" + span)) {
            views += row.get("views").asLong();
        }
        var sum = 0L;
        for (var page : expected.get("pageViews")) {
            sum += page.asLong();
        }
        assertThat(views).isEqualTo(sum).isPositive();
    }
    // fork: end
}
