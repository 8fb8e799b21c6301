package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.PlatformOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Two processes of analytics on a platform of their own, which are killed in turn, and the events that were written for
 * them.
 */
final class AnalyticsPair implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(180);
    private static final int PARTITIONS = 3;
    private static final Set<String> VISITS = Set.of(Channels.VISITS.name());

    final Platform platform;
    final ChannelProbe channel;
    final List<ServiceInstance> instances;
    final WrittenEvents<ClickEvent> clicks = new WrittenEvents<>();
    final WrittenEvents<OrderAccepted> orders = new WrittenEvents<>();
    private final ShoppingFixture shopping = new ShoppingFixture(60_000, 500, 300);
    private final int rounds;
    private final Map<String, String> more;
    private final DataDirectory directory;
    private final ChannelWriter writer;
    private final Admin admin;
    private final ExecutorService writing = Executors.newSingleThreadExecutor();

    /**
     * @param rounds number of parts in which the events are written
     * @param more environment variables of the processes
     */
    AnalyticsPair(int rounds, Map<String, String> more) throws IOException {
        this.rounds = rounds;
        this.more = more;
        directory = DataDirectory.open(Files.createTempDirectory("fire"));
        platform = Platform.start(directory.folder("platform"), new PlatformOptions().transactions(true));
        instances = start();
        channel = new ChannelProbe(platform, "analytics");
        writer = new ChannelWriter(platform);
        admin = Admin.create(platform.kafkaClient());
    }

    /** Starts both instances; stops the platform if one of them does not start. */
    private List<ServiceInstance> start() throws IOException {
        try {
            ServiceInstance.runToEnd(directory, platform, "release");
            return List.of(
                    new ServiceInstance(directory, platform, "analytics", "analytics-1", more),
                    new ServiceInstance(directory, platform, "analytics", "analytics-2", more));
        } catch (IOException | RuntimeException | AssertionError e) {
            platform.close();
            throw e;
        }
    }

    /**
     * Kills one process in the middle of a part of the events: it has committed some of them, has emitted more, and has
     * not read all of them.
     */
    ServiceInstance kill(int round) throws ExecutionException, InterruptedException {
        return hit(round, ServiceInstance::kill);
    }

    /** Suspends one process in the middle of a part of the events; another takes its partitions over. */
    ServiceInstance suspend(int round) throws ExecutionException, InterruptedException {
        return hit(round, victim -> victim.signal("STOP"));
    }

    private interface Hit {
        void on(ServiceInstance victim) throws IOException, InterruptedException;
    }

    private ServiceInstance hit(int round, Hit hit) throws ExecutionException, InterruptedException {
        var before = channel.committedOffsets(Channels.CLICKS);
        var written = writing.submit(() -> {
            write(round);
            return true;
        });
        awaitCommits(before);
        awaitVisitsEmitted(100 + 150 * round);
        var victim = instances.get(round % 2);
        try {
            hit.on(victim);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written.get();
        return victim;
    }

    void restart(ServiceInstance victim) throws IOException {
        victim.start(more);
    }

    ReferenceAggregates referenceAggregates() {
        return new ReferenceAggregates(clicks, orders);
    }

    ReferenceVisits referenceVisits() {
        var buyers = shopping.placed.stream()
                .filter(order -> order.visitor() != null)
                .collect(Collectors.toMap(OrderPlaced::orderId, OrderPlaced::visitor));
        return new ReferenceVisits(clicks, orders, buyers);
    }

    private void write(int round) throws ExecutionException, InterruptedException {
        var events = part(shopping.clicks, round);
        var partitions = writer.write(Channels.CLICKS, events, ClickEvent::visitor);
        for (var at = 0; at < events.size(); at++) {
            clicks.add(events.get(at), partitions.get(at));
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

    /** Waits for progress in each partition, so that both processes are at work. */
    private void awaitCommits(Map<Integer, Long> before) {
        await("work goes on").atMost(WITHIN).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            var done = channel.committedOffsets(Channels.CLICKS);
            assertThat(done).as(() -> instances.getFirst().output()).hasSize(PARTITIONS);
            assertThat(done)
                    .allSatisfy((partition, at) -> assertThat(at).isGreaterThan(before.getOrDefault(partition, 0L)));
        });
    }

    /**
     * Waits for emitted visits. They are emitted after each commit, while the next one is on its way.
     */
    private void awaitVisitsEmitted(int visits) throws ExecutionException, InterruptedException {
        var before = length(VISITS);
        await("more is told")
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> length(VISITS) > before + visits);
    }

    /** Sum of the end offsets of the channels: while it is constant, no record is written to them. */
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
        directory.close();
    }
}
