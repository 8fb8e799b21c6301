package millrace.console.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class PersonalDataMaskTest {
    private final PersonalDataMask mask = new PersonalDataMask();

    @Test
    void the_fields_that_the_catalogue_marks_are_covered_and_the_others_are_shown() {
        var report = json("""
                {"type": "UnreadableOrderReported", "orderId": "shop/1", "customerId": "kate", "visitor": "v-1",
                 "faults": ["no total"], "original": "{\\"userId\\": \\"kate\\"}"}""");

        var covered = mask.cover("transactions.UnreadableOrderReported", report).orElseThrow();

        assertThat(covered.path("orderId").asText()).isEqualTo("shop/1");
        assertThat(covered.at("/faults/0").asText()).isEqualTo("no total");
        assertThat(covered.path("customerId").asText()).isEqualTo(PersonalDataMask.COVERED);
        assertThat(covered.path("visitor").asText()).isEqualTo(PersonalDataMask.COVERED);
        assertThat(covered.path("original").asText()).isEqualTo(PersonalDataMask.COVERED);
        assertThat(report.path("customerId").asText()).as("the message itself").isEqualTo("kate");
    }

    @Test
    void a_field_that_the_catalogue_does_not_know_is_covered_wherever_it_is() {
        var placed = json("""
                {"type": "OrderPlaced", "orderId": "shop/1", "phone": "1", "currency": {"phone": "2"},
                 "lines": [{"productId": "A", "phone": "3"}]}""");

        var covered = mask.cover("transactions.OrderPlaced", placed).orElseThrow();

        assertThat(covered.findValuesAsText("phone")).containsOnly(PersonalDataMask.COVERED);
        assertThat(covered.at("/lines/0/productId").asText()).isEqualTo("A");
    }

    @Test
    void nothing_is_left_of_what_is_no_message_that_the_catalogue_knows() {
        assertThat(mask.cover("transactions.Unheard", json("{\"a\": 1}"))).isEmpty();
        assertThat(mask.cover("transactions.OrderPlaced", json("[1]"))).isEmpty();
        assertThat(mask.cover("transactions-dlq.DeadLetter", json("{\"a\": 1}")))
                .isEmpty();
    }

    @Test
    void what_is_covered_is_found_by_the_path_of_its_field() {
        var refund = json("{\"type\": \"RefundRequested\", \"orderId\": \"shop/1\", \"customerId\": \"kate\"}");

        assertThat(mask.personal("transactions.RefundRequested", refund)).containsOnly(Map.entry("customerId", "kate"));
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
