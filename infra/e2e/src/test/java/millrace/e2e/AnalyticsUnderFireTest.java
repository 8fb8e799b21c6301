package millrace.e2e;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.Json;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.PageViews;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.local.Home;
import millrace.local.Platform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes of analytics share the work while they are killed and one loses its disk: every event counts, and once. */
class AnalyticsUnderFireTest {
    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final int ROUNDS = 5;
    private static final int WITHOUT_DISK = 3;
    private static final int PARTITIONS = 3;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Written<ClickEvent> clicks = new Written<>();
    private final Written<OrderAccepted> orders = new Written<>();
    private Home home;
    private Platform platform;
    private Channel channel;
    private Writer writer;
    private List<Instance> instances = List.of();

    @BeforeEach
    void start() throws IOException {
        home = Home.open(Files.createTempDirectory("fire"));
        platform = Platform.start(home, 1);
        Instance.end(home, platform, "release");
        instances = List.of(
                new Instance(home, platform, "analytics", "analytics-1"),
                new Instance(home, platform, "analytics", "analytics-2"));
        channel = new Channel(platform, "analytics");
        writer = new Writer(platform);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        instances.forEach(Instance::close);
        writer.close();
        platform.close();
        home.close();
    }

    @Test
    void kills_and_a_lost_disk_lose_and_double_nothing() throws Exception {
        var shopping = new Shopping(60_000, 500, 300);
        for (var round = 0; round < ROUNDS; round++) {
            var before = channel.done(Channels.CLICKS);
            write(shopping, round);
            awaitMoreDone(before);
            var victim = instances.get(round % 2);
            victim.kill();
            if (round == WITHOUT_DISK) {
                victim.loseState();
            }
            victim.start();
        }
        channel.awaitQuiet();

        await("all is told")
                .atMost(WITHIN)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertCounts(shopping));
        channel.awaitQuiet();
        assertCounts(shopping);
        assertThat(channel.records(Channels.LATE_EVENTS.name())).isEmpty();
        assertThat(channel.records(Channels.ANALYTICS_DLQ.name())).isEmpty();
        for (var instance : instances) {
            assertAnswers(instance);
        }
    }

    private void assertCounts(Shopping shopping) {
        var counts = new Recount(clicks, orders);
        var buyers = shopping.placed.stream()
                .filter(order -> order.visitor() != null)
                .collect(Collectors.toMap(OrderPlaced::orderId, OrderPlaced::visitor));
        var visits = new Revisits(clicks, orders, buyers);
        assertSame(Channels.PAGE_VIEWS, counts.pageViews());
        assertSame(Channels.REVENUE, counts.revenue());
        assertSame(Channels.TOP_PRODUCTS, counts.topProducts());
        assertSame(Channels.VISITS, visits.visits());
        assertSame(Channels.FUNNEL, visits.funnel());
        assertSame(Channels.ORDER_ATTRIBUTION, visits.attribution());
    }

    /** Says only what differs: there are thousands of rows. */
    private <V> void assertSame(millrace.events.Channel<String, V> of, Map<String, V> expected) {
        var rows = channel.fold(of);
        var differences = new TreeMap<String, String>();
        Stream.of(rows, expected)
                .flatMap(map -> map.keySet().stream())
                .filter(key -> !Objects.equals(rows.get(key), expected.get(key)))
                .forEach(key -> differences.put(key, rows.get(key) + " and not " + expected.get(key)));
        assertThat(differences).as(of.name() + ", " + rows.size() + " rows").isEmpty();
        assertThat(rows).as(of.name()).isNotEmpty();
    }

    private void assertAnswers(Instance instance) {
        var pages = new Recount(clicks, orders)
                .pageViews().values().stream().collect(groupingBy(PageViews::page, summingLong(PageViews::views)));
        await("the answer is whole")
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    var answer = client.send(instance.question("/page-views?by=page"), BodyHandlers.ofString());
                    var told = new HashMap<String, Long>();
                    Json.MAPPER
                            .readTree(answer.body())
                            .forEach(row -> told.put(
                                    row.get("page").asText(), row.get("views").asLong()));
                    assertThat(told).as(answer.body()).isEqualTo(pages);
                });
    }

    private void write(Shopping shopping, int round) throws Exception {
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

    private static <T> List<T> part(List<T> all, int round) {
        return all.subList(all.size() * round / ROUNDS, all.size() * (round + 1) / ROUNDS);
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
}
