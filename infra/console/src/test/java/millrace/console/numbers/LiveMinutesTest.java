package millrace.console.numbers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import millrace.console.call.ConsoleException;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class LiveMinutesTest {
    private static final Instant NOW = Instant.parse("2026-05-14T12:30:20Z");

    private final LiveMinutes minutes = new LiveMinutes();
    private final List<Map<String, Object>> views = new ArrayList<>();
    private final List<Map<String, Object>> revenue = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    @Test
    void views_of_all_pages_are_one_number_which_is_settled_if_each_row_is() throws InterruptedException {
        view("12:28", "/a", 3, true);
        view("12:28", "/b", 4, true);
        view("12:29", "/a", 1, true);
        view("12:29", "/b", 2, false);
        view("12:30", "/a", 5, false);

        minutes.refresh(this::answer, NOW);

        var value = json();
        assertThat(value.path("views")).extracting(JsonNode::asInt).endsWith(0, 7, 3, 5);
        assertThat(value.path("viewsSettled")).extracting(JsonNode::asBoolean).endsWith(false, true, false, false);
        assertThat(value.path("viewsTotal").asInt()).isEqualTo(15);
        assertThat(value.path("times").get(value.path("times").size() - 1).asLong())
                .isEqualTo(Instant.parse("2026-05-14T12:30:00Z").getEpochSecond());
    }

    @Test
    void revenue_is_summed_without_rounding_for_each_currency() throws InterruptedException {
        sale("12:28", "EUR", "0.10");
        sale("12:29", "EUR", "0.20");
        sale("12:29", "JPY", "300");

        minutes.refresh(this::answer, NOW);

        assertThat(json().path("revenue"))
                .extracting(
                        of -> of.path("currency").asText(),
                        of -> of.path("total").asText())
                .containsExactly(tuple("EUR", "0.30"), tuple("JPY", "300"));
    }

    @Test
    void a_change_of_an_older_minute_is_seen_when_all_are_asked_for_again() throws InterruptedException {
        view("12:10", "/a", 1, false);
        minutes.refresh(this::answer, NOW);
        views.clear();
        view("12:10", "/a", 9, false);

        minutes.refresh(this::answer, NOW.plusSeconds(1));
        var before = json().path("viewsTotal").asInt();
        minutes.refresh(this::answer, NOW.plusSeconds(31));

        assertThat(before).isEqualTo(1);
        assertThat(json().path("viewsTotal").asInt()).isEqualTo(9);
    }

    @Test
    void minutes_of_more_than_an_hour_ago_are_forgotten() throws InterruptedException {
        view("12:10", "/a", 1, true);
        minutes.refresh(this::answer, NOW);
        views.clear();

        minutes.refresh(this::answer, NOW.plus(Duration.ofMinutes(61)));

        assertThat(Json.MAPPER
                        .valueToTree(minutes.value(NOW.plus(Duration.ofMinutes(61))))
                        .path("times"))
                .hasSize(11);
    }

    @Test
    void many_rows_are_asked_for_by_pages() throws InterruptedException {
        for (var page = 0; page < 4_500; page++) {
            view("12:29", "/p%04d".formatted(page), 1, true);
        }

        minutes.refresh(this::answer, NOW);

        assertThat(json().path("viewsTotal").asInt()).isEqualTo(4_500);
        assertThat(json().path("complete").asBoolean()).isTrue();
        assertThat(asked).filteredOn(path -> path.contains("after=")).hasSize(2);
    }

    @Test
    void a_failure_leaves_the_minutes_of_before() throws InterruptedException {
        view("12:29", "/a", 6, true);
        minutes.refresh(this::answer, NOW);

        assertThatThrownBy(() -> minutes.refresh(
                        path -> {
                            throw new ConsoleException(503, "analytics does not answer.");
                        },
                        NOW.plusSeconds(1)))
                .isInstanceOf(ConsoleException.class);

        assertThat(json().path("viewsTotal").asInt()).isEqualTo(6);
    }

    private JsonNode json() {
        return Json.MAPPER.valueToTree(minutes.value(NOW));
    }

    /** As analytics does: rows from an instant on, after a key, up to a limit. */
    private JsonNode answer(String path) {
        asked.add(path);
        var query = URLDecoder.decode(path, UTF_8);
        var from = query.replaceFirst(".*&from=([^&]*).*", "$1");
        var after = query.contains("&after=") ? query.replaceFirst(".*&after=", "") : "";
        var limit = Integer.parseInt(query.replaceFirst(".*&limit=(\\d+).*", "$1"));
        var rows = (path.startsWith("/page-views") ? views : revenue)
                .stream()
                        .filter(row -> row.get("start").toString().compareTo(from) >= 0)
                        .filter(row -> (row.get("start") + "|" + row.get("page")).compareTo(after) > 0)
                        .limit(limit)
                        .toList();
        return Json.MAPPER.valueToTree(rows);
    }

    private void view(String minute, String page, long number, boolean settled) {
        views.add(Map.of("start", start(minute), "page", page, "views", number, "settled", settled));
    }

    private void sale(String minute, String currency, String amount) {
        revenue.add(Map.of(
                "start",
                start(minute),
                "currency",
                currency,
                "orders",
                1,
                "revenue",
                amount,
                "refunds",
                0,
                "refunded",
                "0",
                "settled",
                false));
    }

    private static String start(String minute) {
        return "2026-05-14T" + minute + ":00Z";
    }
}
