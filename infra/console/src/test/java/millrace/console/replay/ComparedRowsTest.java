package millrace.console.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.console.call.ConsoleException;
import millrace.console.replay.ComparedRows.Field;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class ComparedRowsTest {
    private static final String LIVE = """
            {"id":"shop/1","status":"paid","total":12.5,"version":2,"customer_id":"c-77",
            "details":{"lines":[{"quantity":1}],"customerId":"c-77"}}""";

    private static final String SHADOW = """
            {"id":"shop/1","status":"accepted","total":12.5,"version":3,"customer_id":"c-78",
            "details":{"lines":[{"quantity":2}],"customerId":"c-78"}}""";

    @Test
    void only_fields_that_differ_are_shown_and_personal_ones_are_dots() {
        var row = only(difference("orders", "shop/1", LIVE, SHADOW));

        assertThat(row.fields())
                .containsExactlyInAnyOrder(
                        new Field("customer_id", "•••", "•••"),
                        new Field("details.customerId", "•••", "•••"),
                        new Field("details.lines.0.quantity", "1", "2"),
                        new Field("status", "paid", "accepted"),
                        new Field("version", "2", "3"));
        assertThat(row.order()).isEqualTo("shop/1");
    }

    @Test
    void a_row_of_an_order_can_be_uncovered() {
        var row =
                ComparedRows.uncovered(json(List.of(difference("orders", "shop/1", LIVE, SHADOW))), "orders", "shop/1");

        assertThat(row.fields()).contains(new Field("customer_id", "c-77", "c-78"));
        assertThat(ComparedRows.order("history", "shop/1 3")).contains("shop/1");
        assertThat(ComparedRows.order("dead_letters", "transactions/0/1/abc")).isEmpty();
        assertThat(ComparedRows.order("visits", "shop/1")).isEmpty();
    }

    @Test
    void a_row_that_the_comparison_does_not_have_is_not_uncovered() {
        assertThatThrownBy(() -> ComparedRows.uncovered(json(List.of()), "orders", "shop/1"))
                .isInstanceOf(ConsoleException.class);
    }

    @Test
    void a_key_that_one_generation_does_not_have_is_said_to_be_missing() {
        var row = only(difference("orders", "shop/1", LIVE, null));

        assertThat(row.live()).isTrue();
        assertThat(row.shadow()).isFalse();
        assertThat(row.fields()).contains(new Field("total", "12.5", null));
    }

    @Test
    void text_inside_of_an_event_is_opened_and_masked_too() {
        var row = only(difference(
                "history",
                "shop/1 2",
                "{\"event\":\"{\\\"customerId\\\":\\\"c-77\\\",\\\"version\\\":1}\"}",
                "{\"event\":\"{}\"}"));

        assertThat(row.fields())
                .containsExactlyInAnyOrder(
                        new Field("event.customerId", "•••", null), new Field("event.version", "1", null));
    }

    @Test
    void what_nothing_is_known_of_is_dots_and_numbers_are_not() {
        assertThat(only(difference("keys", "0/a", "12", "13")).fields())
                .containsExactly(new Field("value", "•••", "•••"));
        assertThat(only(difference("dead_letters", "t/0/1/x", "{\"status\":\"a\"}", "{\"status\":\"b\"}"))
                        .fields())
                .containsExactly(new Field("status", "•••", "•••"));
        assertThat(only(difference(
                                "revenue-per-minute",
                                "k",
                                "{\"currency\":\"EUR\",\"orders\":1}",
                                "{\"currency\":\"EUR\",\"orders\":2}"))
                        .fields())
                .containsExactly(new Field("orders", "1", "2"));
    }

    @Test
    void keys_of_channels_that_lead_to_persons_are_dots() {
        assertThat(only(difference("visits", "2024-05-01T12:00:00Z|shop|v-1", "{}", "{}"))
                        .key())
                .isEqualTo("•••");
    }

    @Test
    void rows_and_values_have_a_limit_and_the_number_of_differences_is_kept() {
        var many = new ArrayList<Map<String, Object>>();
        for (var number = 0; number < 300; number++) {
            many.add(difference("orders", "shop/" + number, "{\"country\":\"" + "x".repeat(5_000) + "\"}", "{}"));
        }

        var comparison = ComparedRows.comparison(Json.text(Map.of(
                "parts",
                List.of(Map.of("what", "orders", "equal", 1, "moving", 0, "different", 300)),
                "differences",
                many,
                "digest",
                "a",
                "shadowDigest",
                "b")));

        assertThat(comparison.total()).isEqualTo(300);
        assertThat(comparison.rows()).hasSize(50);
        assertThat(comparison.rows().getFirst().fields().getFirst().live()).hasSizeLessThanOrEqualTo(301);
    }

    private static Map<String, Object> difference(String what, String key, String live, String shadow) {
        var difference = new HashMap<String, Object>();
        difference.put("what", what);
        difference.put("key", key);
        difference.put("live", live);
        difference.put("shadow", shadow);
        difference.put("settled", true);
        return difference;
    }

    private static String json(List<Map<String, Object>> differences) {
        return Json.text(Map.of("parts", List.of(), "differences", differences, "digest", "a", "shadowDigest", "b"));
    }

    private static ComparedRows.Row only(Map<String, Object> difference) {
        return ComparedRows.comparison(json(List.of(difference))).rows().getFirst();
    }
}
