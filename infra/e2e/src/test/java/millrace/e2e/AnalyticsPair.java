package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.local.Home;
import millrace.local.Platform;

/** Two processes of analytics on a platform of their own that are killed in turn, and what was written for them. */
final class AnalyticsPair implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final int PARTITIONS = 3;

    final Platform platform;
    final Channel channel;
    final List<Instance> instances;
    final Written<ClickEvent> clicks = new Written<>();
    final Written<OrderAccepted> orders = new Written<>();
    private final Shopping shopping = new Shopping(60_000, 500, 300);
    private final int rounds;
    private final Map<String, String> more;
    private final Home home;
    private final Writer writer;

    /**
     * @param rounds in how many parts the shopping is written
     * @param more variables of the processes
     */
    AnalyticsPair(int rounds, Map<String, String> more) throws IOException {
        this.rounds = rounds;
        this.more = more;
        home = Home.open(Files.createTempDirectory("fire"));
        platform = Platform.start(home, 1);
        Instance.end(home, platform, "release");
        instances = List.of(
                new Instance(home, platform, "analytics", "analytics-1", more),
                new Instance(home, platform, "analytics", "analytics-2", more));
        channel = new Channel(platform, "analytics");
        writer = new Writer(platform);
    }

    /** Writes a part of the shopping and kills one in the midst of it. */
    Instance kill(int round) throws ExecutionException, InterruptedException {
        var before = channel.done(Channels.CLICKS);
        write(round);
        awaitMoreDone(before);
        var victim = instances.get(round % 2);
        victim.kill();
        return victim;
    }

    void restart(Instance victim) throws IOException {
        victim.start(more);
    }

    Recount recount() {
        return new Recount(clicks, orders);
    }

    Revisits revisits() {
        var buyers = shopping.placed.stream()
                .filter(order -> order.visitor() != null)
                .collect(Collectors.toMap(OrderPlaced::orderId, OrderPlaced::visitor));
        return new Revisits(clicks, orders, buyers);
    }

    private void write(int round) throws ExecutionException, InterruptedException {
        var seen = part(shopping.clicks, round);
        var seenIn = writer.write(Channels.CLICKS, seen, ClickEvent::visitor);
        for (var at = 0; at < seen.size(); at++) {
            clicks.add(seen.get(at), seenIn.get(at));
        }
        writer.write(Channels.TRANSACTIONS, part(shopping.placed, round), OrderPlaced::orderId);
        var accepted = part(shopping.accepted, round);
        var acceptedIn = writer.write(Channels.ORDERS, accepted, OrderAccepted::orderId);
        for (var at = 0; at < accepted.size(); at++) {
            orders.add(accepted.get(at), acceptedIn.get(at));
        }
    }

    private <T> List<T> part(List<T> all, int round) {
        return all.subList(all.size() * round / rounds, all.size() * (round + 1) / rounds);
    }

    /** Of each partition: both are at work. */
    private void awaitMoreDone(Map<Integer, Long> before) {
        await("work goes on")
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    var done = channel.done(Channels.CLICKS);
                    assertThat(done).as(() -> instances.getFirst().said()).hasSize(PARTITIONS);
                    assertThat(done)
                            .allSatisfy((partition, at) ->
                                    assertThat(at).isGreaterThan(before.getOrDefault(partition, 0L)));
                });
    }

    @Override
    public void close() {
        instances.forEach(Instance::close);
        writer.close();
        platform.close();
        home.close();
    }
}
