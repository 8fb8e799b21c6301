package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import millrace.events.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/feed shoppers} against a fake edge. */
class ShoppersFeedTest {
    @TempDir
    Path folder;

    private FakeEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new FakeEdge();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void the_expected_numbers_are_those_of_a_recount_of_the_accepted_events() throws IOException {
        var file = folder.resolve("expected.json");

        var run = edge.feed(
                "shoppers",
                "--seed",
                "7",
                "--rate",
                "5000",
                "--for",
                "1s",
                "--speed",
                "15000",
                "--json",
                file.toString());

        assertThat(run.exitCode()).isZero();
        var expected = Json.MAPPER.readTree(file.toFile());
        var recount = new DeliveredEventsRecount(edge.accepted());
        assertThat(numbers(expected.path("pageViews")))
                .isEqualTo(recount.views(view -> view.at("/properties/path").asText()));
        assertThat(numbers(expected.path("pageViewsPerHour")))
                .isEqualTo(recount.views(view -> DeliveredEventsRecount.time(view)
                        .truncatedTo(ChronoUnit.HOURS)
                        .toString()));
        assertThat(expected.path("visits").asLong()).isEqualTo(recount.visits().visits());
        assertThat(expected.path("ordersAccepted").asInt())
                .isEqualTo(recount.ordersWhere(true).size());
        assertThat(expected.path("ordersRejected").asInt())
                .isEqualTo(recount.ordersWhere(false).size());
        assertThat(numbers(expected.path("revenueMinor")))
                .isEqualTo(recount.revenue(order -> order.path("country").asText()));
        assertThat(numbers(expected.path("unitsPerProduct"))).isEqualTo(recount.unitsPerProduct());
        assertThat(expected.path("refundsCount").asInt())
                .isEqualTo(recount.refundsPaid().size());
        assertThat(expected.path("refundedMinor").asLong())
                .isEqualTo(recount.refundsPaid().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        assertThat(expected.path("refundsRefused").asLong()).isEqualTo(recount.refundsRefused());
        assertThat(expected.path("lateEvents").asInt()).isEqualTo(recount.late);
        assertThat(expected.path("duplicates").asInt()).isEqualTo(recount.repeated);
        assertThat(run.out())
                .contains("%d rejected by it".formatted(5_000 - edge.accepted().size()));
        assertThat(expected.path("rejectedEvents").asInt()
                        + expected.path("rejectedOrders").asInt())
                .isEqualTo(5_000 - edge.accepted().size());
    }

    @Test
    void every_number_has_something_to_count() throws IOException {
        var file = folder.resolve("expected.json");

        edge.feed("shoppers", "--rate", "5000", "--for", "1s", "--speed", "15000", "--json", file.toString());

        assertThat(Json.MAPPER.readTree(file.toFile()).properties())
                .allSatisfy(field ->
                        assertThat(field.getValue().asText()).as(field.getKey()).isNotEqualTo("0"))
                .extracting(Map.Entry::getKey)
                .contains("name", "from", "to", "currency", "ordersCancelled", "rejectedOrders", "outOfOrder");
    }

    @Test
    void the_events_of_a_seed_are_a_source_of_their_own_with_times_in_the_span() throws IOException {
        var file = folder.resolve("expected.json");

        edge.feed("shoppers", "--seed", "7", "--for", "0.5s", "--json", file.toString());

        var expected = Json.MAPPER.readTree(file.toFile());
        assertThat(edge.requests()).extracting(FakeEdge.Request::uri).contains("/v1/import?import=seed-7");
        assertThat(new DeliveredEventsRecount(edge.accepted()).views)
                .extracting(DeliveredEventsRecount::time)
                .allMatch(time ->
                        !time.isBefore(Instant.parse(expected.path("from").asText())))
                .allMatch(
                        time -> time.isBefore(Instant.parse(expected.path("to").asText())));
    }

    @Test
    void a_run_longer_than_the_days_of_a_seed_is_refused() {
        var run = edge.feed("shoppers", "--for", "1h");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "That would be 25 simulated days, and a seed has 10: give a lower --speed or a shorter --for.");
        assertThat(edge.requests()).isEmpty();
    }

    @Test
    void live_shoppers_send_current_times_and_retry_without_a_limit() {
        edge.fail(503, 503, 503);
        var started = Instant.now().truncatedTo(ChronoUnit.MILLIS);

        var run = edge.feed("shoppers", "--live", "--rate", "50", "--for", "1s", "--late", "0", "--patience", "0.01s");

        assertThat(run.exitCode()).isZero();
        assertThat(edge.requests())
                .extracting(FakeEdge.Request::uri)
                .contains("/v1/batch")
                .allMatch(uri -> !uri.contains("?"));
        assertThat(edge.accepted())
                .isNotEmpty()
                .allSatisfy(
                        event -> assertThat(DeliveredEventsRecount.time(event)).isBetween(started, Instant.now()));
    }

    private static Map<String, Long> numbers(JsonNode object) {
        var numbers = new TreeMap<String, Long>();
        object.properties()
                .forEach(field -> numbers.put(field.getKey(), field.getValue().asLong()));
        return numbers;
    }
}
