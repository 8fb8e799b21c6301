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

/**
 * Orders are rebuilt beside the live ones, cut over and rolled back under constant traffic: readers see no difference.
 */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-3")
class OrdersReplayTest {
    private static final Duration SOON = Duration.ofSeconds(300);

    @Test
    void a_rebuilt_generation_that_was_killed_half_way_takes_over_and_gives_back_with_each_effect_once(
            RunningSystem system) throws Exception {
        system.run("bin/feed", "shoppers", "--rate", "200", "--for", "15s", "--seed", "21", "--json", json(system, 21));
        runAndKill(system);

        assertThat(system.run("bin/replay", "run", "orders", "--until-caught-up"))
                .contains("Both are equal, digest ");
        var feed = system.start(
                "bin/feed", "shoppers", "--rate", "50", "--for", "60s", "--seed", "22", "--json", json(system, 22));
        assertThat(system.run("bin/replay", "compare", "orders")).contains("Both are equal, digest ");
        switchAndKill(system);
        assertThat(system.run("bin/replay", "switch", "orders")).contains("Generation 2 of orders is live.");
        await("orders are back").atMost(SOON).until(() -> system.isReady("orders"));
        assertThat(system.run("bin/replay", "rollback", "orders")).contains("Generation 1 of orders is live.");
        await("orders are back again").atMost(SOON).until(() -> system.isReady("orders"));
        assertThat(feed.waitFor(180, TimeUnit.SECONDS)).as("the feed ends").isTrue();
        var channel = new ChannelProbe(system);
        channel.awaitConsumersCaughtUp();

        assertEffects(system, channel, expected(system, 21));
        assertEffects(system, channel, expected(system, 22));
        system.run("bin/replay", "drop", "orders");
        assertThat(system.run("bin/replay", "receipts", "orders"))
                .contains("It runs, or was killed.", "switch orders, generation 2", "rollback orders, generation 1");
    }

    /** Kills the process of the shadow, which is restarted, and then the whole command. */
    private static void runAndKill(RunningSystem system) throws IOException {
        var run = system.start("bin/replay", "run", "orders", "--until-caught-up", "--rate", "10");
        var trace = system.directory.resolve("replay/orders-g2.process");
        var log = system.directory.resolve("logs/orders-g2.log");
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

    /** Kills the switch in the middle of the cut-over. */
    private static void switchAndKill(RunningSystem system) throws IOException {
        var change = system.start("bin/replay", "switch", "orders");
        await("the cut-over begins")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> text(system.directory.resolve("replay.log")).contains(" from generation 1 to 2 begins."));
        change.destroyForcibly();
    }

    private static void assertEffects(RunningSystem system, ChannelProbe channel, JsonNode expected) {
        var name = expected.get("name").asText();
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
        assertThat(system.orders().stream()
                        .filter(order -> order.get("orderId").asText().contains(name)))
                .hasSize(expected.get("ordersAccepted").asInt()
                        + expected.get("ordersRejected").asInt());
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

    /** Process id in the file; empty also while the file is being written. */
    private static Optional<Long> pid(Path trace) {
        return Optional.of(trace)
                .filter(Files::exists)
                .map(OrdersReplayTest::text)
                .filter(text -> text.matches("[0-9]+ .+"))
                .map(text -> Long.valueOf(text.split(" ")[0]));
    }

    private static String json(RunningSystem system, int seed) {
        return system.directory.resolve("replay-" + seed + ".json").toString();
    }

    private static JsonNode expected(RunningSystem system, int seed) throws IOException {
        return Json.MAPPER.readTree(Path.of(json(system, seed)).toFile());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
