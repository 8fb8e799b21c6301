package millrace.console.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.events.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpectedComparisonTest {
    private static final Instant NOW = Instant.parse("2026-05-14T12:30:00Z");
    private static final Instant LATER = NOW.plus(ExpectedComparison.STOOD_STILL);
    private static final String FILE = """
            {"importName": "seed-1", "sent": 20, "endedAt": "2026-05-14T12:29:00Z", "expected": {
              "name": "seed-1", "from": "2020-01-01T09:00:00Z", "to": "2020-01-01T11:00:00Z", "currency": "EUR",
              "pageViews": {"/": 5, "/cart": 2},
              "pageViewsPerHour": {"2020-01-01T09:00:00Z": 4, "2020-01-01T10:00:00Z": 3},
              "funnel": {"none": {"visits": 3, "products": 2, "carts": 1, "checkouts": 1, "orders": 1}},
              "ordersAccepted": 1, "revenueMinor": {"DE": 1250}, "refundsCount": 1, "refundedMinor": 250,
              "viewsPerProduct": {"MUG": 2}, "cartedPerProduct": {"MUG": 1}, "unitsPerProduct": {"MUG": 1},
              "rejectedEvents": 2, "rejectedOrders": 1, "lateEvents": 4}}
            """;

    private final ExpectedComparison comparison = new ExpectedComparison();
    private final Map<String, List<Map<String, Object>>> answers = new HashMap<>();
    private long unread;
    private long late = 4;

    @BeforeEach
    void as_expected() {
        views(5, false);
        answers.put(
                "/page-views?by=hour",
                List.of(
                        Map.of("start", "2020-01-01T09:00:00Z", "views", 4, "settled", false),
                        Map.of("start", "2020-01-01T10:00:00Z", "views", 3, "settled", false)));
        answers.put(
                "/funnel",
                List.of(
                        Map.of("campaign", "none", "visits", 1, "products", 1, "carts", 1, "checkouts", 1, "orders", 1),
                        Map.of(
                                "campaign",
                                "none",
                                "visits",
                                2,
                                "products",
                                1,
                                "carts",
                                0,
                                "checkouts",
                                0,
                                "orders",
                                0)));
        answers.put(
                "/revenue",
                List.of(Map.of(
                        "country", "DE",
                        "currency", "EUR",
                        "orders", 1,
                        "revenue", "12.50",
                        "refunds", 1,
                        "refunded", "2.50",
                        "settled", false)));
        answers.put("/top-products?viewed", List.of(Map.of("productId", "MUG", "count", 2)));
        answers.put("/top-products?carted", List.of(Map.of("productId", "MUG", "count", 1)));
        answers.put("/top-products?bought", List.of(Map.of("productId", "MUG", "count", 1)));
    }

    @Test
    void all_numbers_are_equal_where_analytics_answers_what_the_feed_expects() throws InterruptedException {
        var compared = compare(NOW);

        assertThat(compared.path("verdict").asText()).isEqualTo("equal");
        assertThat(compared.path("rows"))
                .hasSize(16)
                .allSatisfy(row -> assertThat(row.path("counted")).isEqualTo(row.path("expected")));
        assertThat(row(compared, "Revenue, by country").path("counted").asLong())
                .isEqualTo(1250);
        assertThat(compared.at("/hours/counted")).isEqualTo(compared.at("/hours/expected"));
    }

    @Test
    void a_number_on_its_way_is_not_settled_yet_and_differs_after_30_s() throws InterruptedException {
        views(4, false);

        var first = views(compare(NOW));
        var before = views(compare(LATER.minusSeconds(1)));
        var after = views(compare(LATER));

        assertThat(List.of(first, before, after).stream()
                        .map(row -> row.path("verdict").asText()))
                .containsExactly("not settled yet", "not settled yet", "differs");
        assertThat(after.path("differences")).hasSize(1);
        assertThat(after.at("/differences/0/row").asText()).isEqualTo("/");
        assertThat(after.path("equalRows").asInt()).isEqualTo(1);
    }

    @Test
    void a_number_that_moves_is_not_settled_yet() throws InterruptedException {
        views(3, false);
        compare(NOW);
        views(4, false);

        assertThat(views(compare(LATER)).path("verdict").asText()).isEqualTo("not settled yet");
    }

    @Test
    void a_settled_number_that_is_not_as_expected_differs_at_once() throws InterruptedException {
        views(4, true);

        var row = views(compare(NOW));

        assertThat(row.path("verdict").asText()).isEqualTo("differs");
        assertThat(row.path("settled").asBoolean()).isTrue();
    }

    @Test
    void nothing_differs_while_analytics_is_behind() throws InterruptedException {
        views(4, true);
        unread = ExpectedComparison.NORMAL_LAG;

        compare(NOW);

        assertThat(views(compare(LATER)).path("verdict").asText()).isEqualTo("not settled yet");
    }

    @Test
    void the_verdict_of_all_is_the_worst_one() throws InterruptedException {
        late = 3;

        var first = compare(NOW);
        var after = compare(LATER);

        assertThat(first.path("verdict").asText()).isEqualTo("not settled yet");
        assertThat(after.path("verdict").asText()).isEqualTo("differs");
        assertThat(row(after, "Late events").path("counted").asLong()).isEqualTo(3);
    }

    private void views(long number, boolean settled) {
        answers.put(
                "/page-views?by=page",
                List.of(
                        Map.of("page", "/", "views", number, "settled", settled),
                        Map.of("page", "/cart", "views", 2, "settled", settled)));
    }

    private JsonNode compare(Instant now) throws InterruptedException {
        var file = parsed();
        return Json.MAPPER.valueToTree(
                comparison.compare(file, this::answer, new ExpectedComparison.Channels(name -> late, name -> 3L), now));
    }

    private static JsonNode parsed() {
        try {
            return Json.MAPPER.readTree(FILE);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private JsonNode answer(String path) {
        if (path.equals("/progress")) {
            return Json.MAPPER.valueToTree(
                    Map.of("tasks", new ArrayList<>(List.of(Map.of("lag", unread), Map.of("lag", 0)))));
        }
        assertThat(path).endsWith("from=2020-01-01T09:00:00Z&to=2020-01-01T11:00:00Z");
        var key = answers.keySet().stream()
                .filter(known -> path.startsWith(known.replaceFirst("\\?(viewed|carted|bought)", ""))
                        && (!known.startsWith("/top-products")
                                || path.contains("by=" + known.replaceFirst(".*\\?", ""))))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path));
        return Json.MAPPER.valueToTree(answers.get(key));
    }

    private static JsonNode views(JsonNode compared) {
        return row(compared, "Page views, by page");
    }

    private static JsonNode row(JsonNode compared, String name) {
        for (var row : compared.path("rows")) {
            if (row.path("name").asText().equals(name)) {
                return row;
            }
        }
        throw new AssertionError("There is no row " + name);
    }
}
