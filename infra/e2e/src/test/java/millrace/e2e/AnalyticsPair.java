package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Two processes of analytics on a platform of their own that are killed in turn, and what was written for them. */
final class AnalyticsPair implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(180);
    private static final Duration STILL = Duration.ofSeconds(10);
    private static final int PARTITIONS = 3;
    private static final Set<String> VISITS = Set.of(Channels.VISITS.name());
    private static final Set<String> TOLD = Stream.of(
                    Channels.PAGE_VIEWS,
                    Channels.REVENUE,
                    Channels.TOP_PRODUCTS,
                    Channels.VISITS,
                    Channels.FUNNEL,
                    Channels.ORDER_ATTRIBUTION)
            .map(millrace.events.Channel::name)
            .collect(Collectors.toSet());

    final Platform platform;
    final ChannelProbe channel;
    final List<ServiceInstance> instances;
    final WrittenEvents<ClickEvent> clicks = new WrittenEvents<>();
    final WrittenEvents<OrderAccepted> orders = new WrittenEvents<>();
    private final ShoppingFixture shopping = new ShoppingFixture(60_000, 500, 300);
    private final int rounds;
    private final Map<String, String> more;
    private final DataDirectory home;
    private final ChannelWriter writer;
    private final Admin admin;
    private final ExecutorService writing = Executors.newSingleThreadExecutor();
    private long told = -1;

    /**
     * @param rounds in how many parts the shopping is written
     * @param more variables of the processes
     */
    AnalyticsPair(int rounds, Map<String, String> more) throws IOException {
        this.rounds = rounds;
        this.more = more;
        home = DataDirectory.open(Files.createTempDirectory("fire"));
        platform = Platform.start(home, 1);
        instances = start();
        channel = new ChannelProbe(platform, "analytics");
        writer = new ChannelWriter(platform);
        admin = Admin.create(platform.kafkaClient());
    }

    /** Stops the platform where an instance does not start. */
    private List<ServiceInstance> start() throws IOException {
        try {
            ServiceInstance.end(home, platform, "release");
            return List.of(
                    new ServiceInstance(home, platform, "analytics", "analytics-1", more),
                    new ServiceInstance(home, platform, "analytics", "analytics-2", more));
        } catch (IOException | RuntimeException | AssertionError e) {
            platform.close();
            throw e;
        }
    }

    /**
     * Kills one in the midst of a part of the shopping: it has committed some of it, has told of more, and there is more
     * to do.
     */
    ServiceInstance kill(int round) throws ExecutionException, InterruptedException {
        var before = channel.done(Channels.CLICKS);
        var written = writing.submit(() -> {
            write(round);
            return true;
        });
        awaitMoreDone(before);
        awaitMoreTold(100 + 150 * round);
        var victim = instances.get(round % 2);
        victim.kill();
        written.get();
        return victim;
    }

    void restart(ServiceInstance victim) throws IOException {
        victim.start(more);
    }

    /** Until they have read all there is, and have told all that comes of it. */
    void awaitTold() {
        channel.awaitQuiet();
        await("nothing more is told")
                .atMost(WITHIN)
                .pollInterval(Duration.ofSeconds(1))
                .during(STILL)
                .until(() -> told == (told = length(TOLD)));
    }

    ReferenceAggregates recount() {
        return new ReferenceAggregates(clicks, orders);
    }

    ReferenceVisits revisits() {
        var buyers = shopping.placed.stream()
                .filter(order -> order.visitor() != null)
                .collect(Collectors.toMap(OrderPlaced::orderId, OrderPlaced::visitor));
        return new ReferenceVisits(clicks, orders, buyers);
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
        await("work goes on").atMost(WITHIN).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            var done = channel.done(Channels.CLICKS);
            assertThat(done).as(() -> instances.getFirst().said()).hasSize(PARTITIONS);
            assertThat(done)
                    .allSatisfy((partition, at) -> assertThat(at).isGreaterThan(before.getOrDefault(partition, 0L)));
        });
    }

    /** Visits are told of with each click, and not with each commit: this comes at no special time between two. */
    private void awaitMoreTold(int visits) throws ExecutionException, InterruptedException {
        var before = length(VISITS);
        await("more is told")
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> length(VISITS) > before + visits);
    }

    /** How many offsets channels have come to, all together: where this stands still nobody writes to them. */
    private long length(Set<String> channels) throws ExecutionException, InterruptedException {
        var ends = Catalogue.channels().stream()
                .filter(channel -> channels.contains(channel.name()))
                .flatMap(channel -> IntStream.range(0, channel.partitions())
                        .mapToObj(partition -> new TopicPartition(platform.topic(channel.name()), partition)))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    @Override
    public void close() {
        writing.shutdownNow();
        instances.forEach(ServiceInstance::close);
        writer.close();
        admin.close();
        platform.close();
        home.close();
    }
}
