package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.events.OrderEvent;
import millrace.events.TransactionEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders are rebuilt beside the live ones, take over, and give back, with traffic all the while: nobody notices. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("long")
@Tag("turn-3")
class OrdersReplayTest {
    private static final Duration SOON = Duration.ofSeconds(180);

    @Test
    void a_rebuilt_generation_that_was_killed_half_way_takes_over_and_gives_back_with_each_effect_once(
            SystemUnderTest mill) throws Exception {
        mill.run("bin/feed", "shoppers", "--rate", "200", "--for", "15s", "--seed", "21", "--json", json(mill, 21));
        runAndKill(mill);

        assertThat(mill.run("bin/replay", "run", "orders", "--until-caught-up")).contains("Both are equal, digest ");
        var feed = mill.start(
                "bin/feed", "shoppers", "--rate", "50", "--for", "60s", "--seed", "22", "--json", json(mill, 22));
        assertThat(mill.run("bin/replay", "compare", "orders")).contains("Both are equal, digest ");
        switchAndKill(mill);
        assertThat(mill.run("bin/replay", "switch", "orders")).contains("Generation 2 of orders is live.");
        await("orders are back").atMost(SOON).until(() -> mill.isReady("orders"));
        assertThat(mill.run("bin/replay", "rollback", "orders")).contains("Generation 1 of orders is live.");
        await("orders are back again").atMost(SOON).until(() -> mill.isReady("orders"));
        assertThat(feed.waitFor(180, TimeUnit.SECONDS)).as("the feed ends").isTrue();
        var channel = new ChannelProbe(mill);
        channel.awaitQuiet();

        assertEffects(mill, channel, told(mill, 21));
        assertEffects(mill, channel, told(mill, 22));
        mill.run("bin/replay", "drop", "orders");
        assertThat(mill.run("bin/replay", "receipts", "orders"))
                .contains("It runs, or was killed.", "switch orders, generation 2", "rollback orders, generation 1");
    }

    /** Its process first, which is started again, and then all of it. */
    private static void runAndKill(SystemUnderTest mill) throws IOException {
        var run = mill.start("bin/replay", "run", "orders", "--until-caught-up", "--rate", "10");
        var trace = mill.home.resolve("replay/orders-g2.process");
        var log = mill.home.resolve("logs/orders-g2.log");
        await("the shadow reads")
                .atMost(SOON)
                .until(() -> Files.exists(log) && text(log).contains("Listening on"));
        var first = pid(trace).orElseThrow();
        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        var second = await("it is started again")
                .atMost(SOON)
                .until(() -> pid(trace).filter(pid -> !pid.equals(first)), Optional::isPresent)
                .orElseThrow();
        run.destroyForcibly();
        ProcessHandle.of(second).orElseThrow().destroyForcibly();
    }

    /** In the middle of the hand-over. */
    private static void switchAndKill(SystemUnderTest mill) throws IOException {
        var change = mill.start("bin/replay", "switch", "orders");
        await("the hand-over begins")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> text(mill.home.resolve("replay.log")).contains("hands over to 2."));
        change.destroyForcibly();
    }

    private static void assertEffects(SystemUnderTest mill, ChannelProbe channel, JsonNode told) {
        var name = told.get("name").asText();
        var events = channel.records("orders").stream()
                .filter(record -> record.key().contains(name))
                .map(record -> Channels.ORDERS.value().deserializer().deserialize("orders", record.value()))
                .toList();
        assertThat(events.stream().map(OrderEvent::eventId)).doesNotHaveDuplicates();
        assertThat(events.stream().collect(groupingBy(OrderEvent::orderId, mapping(OrderEvent::version, toList()))))
                .isNotEmpty()
                .allSatisfy((order, versions) -> assertThat(versions).isEqualTo(upTo(versions.size())));
        assertThat(events.stream().map(OrderEvent::causedBy))
                .as("each transaction is answered")
                .containsExactlyInAnyOrderElementsOf(transactions(channel, name));
        assertThat(channel.records("order-state").stream()
                        .filter(record -> record.key().contains(name))
                        .map(OrdersReplayTest::identity))
                .isNotEmpty()
                .doesNotHaveDuplicates();
        assertThat(mill.orders().stream()
                        .filter(order -> order.get("orderId").asText().contains(name)))
                .hasSize(told.get("ordersAccepted").asInt()
                        + told.get("ordersRejected").asInt());
    }

    private static List<String> transactions(ChannelProbe channel, String name) {
        return channel.records("transactions").stream()
                .filter(record -> record.key().contains(name))
                .map(record -> Channels.TRANSACTIONS.value().deserializer().deserialize("transactions", record.value()))
                .map(TransactionEvent::eventId)
                .distinct()
                .toList();
    }

    private static String identity(ConsumerRecord<String, byte[]> record) {
        return new String(record.headers().lastHeader("ce_id").value(), UTF_8);
    }

    private static List<Long> upTo(int size) {
        return IntStream.rangeClosed(1, size).mapToObj(Long::valueOf).toList();
    }

    /** Empty also while it is being written. */
    private static Optional<Long> pid(Path trace) {
        return Optional.of(trace)
                .filter(Files::exists)
                .map(OrdersReplayTest::text)
                .filter(text -> text.matches("[0-9]+ .+"))
                .map(text -> Long.valueOf(text.split(" ")[0]));
    }

    private static String json(SystemUnderTest mill, int seed) {
        return mill.home.resolve("replay-" + seed + ".json").toString();
    }

    private static JsonNode told(SystemUnderTest mill, int seed) throws IOException {
        return Json.MAPPER.readTree(Path.of(json(mill, seed)).toFile());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
