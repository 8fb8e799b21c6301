package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import millrace.events.Channels;
import millrace.events.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every service is killed, one while the others are still coming back: nothing is lost, and nothing counts twice. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
class KillTest {
    private static final Duration BACK_WITHIN = Duration.ofSeconds(180);
    private static final List<String> SERVICES = List.of("web", "orders", "analytics", "audit");

    @Test
    void a_service_that_is_killed_loses_and_doubles_nothing(SystemUnderTest mill)
            throws IOException, InterruptedException {
        var file = mill.home.resolve("killed.json");
        var feed = mill.start(
                "bin/feed", "shoppers", "--rate", "100", "--for", "30s", "--seed", "11", "--json", file.toString());
        for (var process : SERVICES) {
            mill.kill(process);
            await(process + " is away").atMost(BACK_WITHIN).until(() -> !mill.isReady(process));
        }
        await("all are back").atMost(BACK_WITHIN).until(mill::allReady);
        assertThat(feed.waitFor(180, TimeUnit.SECONDS)).as("the feed ends").isTrue();
        assertThat(feed.exitValue()).isZero();
        var channel = new ChannelProbe(mill);
        channel.awaitQuiet();

        var told = Json.MAPPER.readTree(file.toFile());
        assertOrders(mill, told);
        assertChanges(channel, told.get("name").asText());
        assertPageViews(mill, told);
        ArchiveCompleteness.assertComplete(mill, channel);
    }

    private static void assertOrders(SystemUnderTest mill, JsonNode told) {
        var accepted = 0;
        var rejected = 0;
        for (var order : mill.orders()) {
            if (order.get("orderId").asText().contains(told.get("name").asText())) {
                if (order.get("status").asText().equals("rejected")) {
                    rejected++;
                } else {
                    accepted++;
                }
            }
        }
        assertThat(accepted).isEqualTo(told.get("ordersAccepted").asInt()).isPositive();
        assertThat(rejected).isEqualTo(told.get("ordersRejected").asInt());
    }

    /** The channel may carry an event twice, but under the same id; of each order there is every version and one cause each. */
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

    private static void assertPageViews(SystemUnderTest mill, JsonNode told) {
        var span = "from=" + told.get("from").asText() + "&to=" + told.get("to").asText();
        var views = 0L;
        for (var row : mill.ask("analytics", "/page-views?by=page&" + span)) {
            views += row.get("views").asLong();
        }
        var expected = 0L;
        for (var page : told.get("pageViews")) {
            expected += page.asLong();
        }
        assertThat(views).isEqualTo(expected).isPositive();
    }
}
