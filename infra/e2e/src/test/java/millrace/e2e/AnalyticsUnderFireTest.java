package millrace.e2e;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.events.PageViews;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two processes of analytics share the work while they are killed, one loses its disk, and one is suspended and wakes up:
 * every event counts exactly once, with Kafka's transactions and without.
 */
@Tag("platform")
@Tag("long")
@Tag("turn-1")
class AnalyticsUnderFireTest {
    private static final Duration WITHIN = Duration.ofSeconds(180);
    private static final int ROUNDS = 5;
    private static final int WITHOUT_DISK = 3;

    private final HttpClient client = HttpClient.newHttpClient();
    private AnalyticsPair pair;

    @AfterEach
    void stop() {
        client.shutdownNow();
        pair.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
    void kills_and_a_lost_disk_lose_and_double_nothing(String guarantee) throws Exception {
        pair = new AnalyticsPair(ROUNDS, Map.of("ANALYTICS_GUARANTEE", guarantee));
        for (var round = 0; round < ROUNDS; round++) {
            var victim = pair.kill(round);
            if (round == WITHOUT_DISK) {
                victim.deleteState();
            }
            pair.restart(victim);
        }
        pair.channel.awaitConsumersCaughtUp();

        await("all is told").atMost(WITHIN).pollInterval(Duration.ofSeconds(1)).untilAsserted(this::assertCounts);
        pair.channel.awaitConsumersCaughtUp();
        assertCounts();
        assertNothingIsLate();
        for (var instance : pair.instances) {
            assertAnswers(instance);
        }
    }

    /** Without transactions it may still write to channels what it was about to write; its state counts for nothing. */
    @Test
    void a_process_that_is_suspended_and_wakes_up_loses_and_doubles_nothing() throws Exception {
        pair = new AnalyticsPair(2, Map.of("ANALYTICS_GUARANTEE", "at_least_once"));
        var suspended = pair.suspend(0);
        pair.channel.awaitConsumersCaughtUp();
        suspended.signal("CONT");
        pair.restart(pair.kill(1));
        pair.channel.awaitConsumersCaughtUp();

        assertNothingIsLate();
        for (var instance : pair.instances) {
            assertAnswers(instance);
        }
    }

    private void assertNothingIsLate() {
        assertThat(pair.channel.records(Channels.LATE_EVENTS.name())).isEmpty();
        assertThat(pair.channel.records(Channels.ANALYTICS_DLQ.name())).isEmpty();
    }

    private void assertCounts() {
        var counts = pair.referenceAggregates();
        var visits = pair.referenceVisits();
        assertSame(Channels.PAGE_VIEWS, counts.pageViews());
        assertSame(Channels.REVENUE, counts.revenue());
        assertSame(Channels.TOP_PRODUCTS, counts.topProducts());
        assertSame(Channels.VISITS, visits.visits());
        assertSame(Channels.FUNNEL, visits.funnel());
        assertSame(Channels.ORDER_ATTRIBUTION, visits.attribution());
    }

    /** Reports only the differences: there are thousands of rows. */
    private <V> void assertSame(millrace.events.Channel<String, V> of, Map<String, V> expected) {
        var rows = pair.channel.latestByKey(of);
        var differences = new TreeMap<String, String>();
        Stream.of(rows, expected)
                .flatMap(map -> map.keySet().stream())
                .filter(key -> !Objects.equals(rows.get(key), expected.get(key)))
                .forEach(key -> differences.put(key, rows.get(key) + " and not " + expected.get(key)));
        assertThat(differences).as(of.name() + ", " + rows.size() + " rows").isEmpty();
        assertThat(rows).as(of.name()).isNotEmpty();
    }

    private void assertAnswers(ServiceInstance instance) {
        var pages = pair.referenceAggregates().pageViews().values().stream()
                .collect(groupingBy(PageViews::page, summingLong(PageViews::views)));
        await("the answer is whole")
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    var answer = client.send(instance.request("/page-views?by=page"), BodyHandlers.ofString());
                    var told = new HashMap<String, Long>();
                    Json.MAPPER
                            .readTree(answer.body())
                            .forEach(row -> told.put(
                                    row.get("page").asText(), row.get("views").asLong()));
                    assertThat(told).as(answer.body()).isEqualTo(pages);
                });
    }
}
