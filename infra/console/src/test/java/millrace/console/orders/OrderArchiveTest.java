package millrace.console.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import millrace.console.orders.OrderArchive.PersonalValue;
import millrace.console.orders.OrderArchive.Stop;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class OrderArchiveTest {
    private static final String PLACED = record("transactions", 1, """
            {"type": "OrderPlaced", "eventId": "e-1", "source": "shop", "customerId": "sealed:7:abc"}""");
    private static final String ACCEPTED = record("orders", 2, """
            {"type": "OrderAccepted", "version": 1, "causedBy": "e-1"}""");
    private static final String STATE_1 = record("order-state", 2, "{\"version\": 1, \"status\": \"accepted\"}");
    private static final String REFUSED = record("orders", 3, """
            {"type": "TransitionRefused", "version": 2, "reason": "Not paid."}""");
    private static final String PAID = record("orders", 4, "{\"type\": \"OrderPaid\", \"version\": 3}");
    private static final String SHIPPED = record("orders", 4, "{\"type\": \"OrderShipped\", \"version\": 4}");
    private static final String STATE_4 = record("order-state", 5, "{\"version\": 4, \"status\": \"shipped\"}");

    private final OrderArchive archive = new OrderArchive(new PersonalDataMask());

    @Test
    void a_stop_is_where_order_state_changed_or_a_transaction_was_refused() {
        var stops = archive.records(json(PLACED, STATE_1, ACCEPTED, REFUSED, PAID, SHIPPED, STATE_4))
                .stops();

        assertThat(stops).extracting(Stop::at).containsExactly(second(2), second(3), second(5));
        assertThat(stops).extracting(Stop::version).containsExactly(1L, 2L, 4L);
        assertThat(stops)
                .extracting(Stop::what)
                .containsExactly(
                        List.of("OrderAccepted"), List.of("TransitionRefused"), List.of("OrderPaid", "OrderShipped"));
        assertThat(stops.get(1).changed()).isFalse();
        assertThat(stops.get(1).reason()).isEqualTo("Not paid.");
        assertThat(stops.get(2).state().path("status").asText()).isEqualTo("shipped");
    }

    @Test
    void a_state_that_was_published_again_is_no_stop_and_a_tombstone_is_one() {
        var stops = archive.records(json(STATE_1, STATE_1, record("order-state", 6, "null")))
                .stops();

        assertThat(stops).hasSize(2);
        assertThat(stops.get(1).state()).isNull();
        assertThat(stops.get(1).what()).containsExactly("OrderErased");
    }

    @Test
    void a_transaction_says_which_of_its_fields_are_personal_but_not_their_values() {
        var cause = archive.records(json(PLACED)).causes().getFirst();

        assertThat(cause.eventId()).isEqualTo("e-1");
        assertThat(cause.personal()).containsExactly("customerId");
        assertThat(Json.text(cause)).doesNotContain("sealed");
    }

    @Test
    void a_value_that_cannot_be_decrypted_is_erased() {
        var open = record("transactions", 2, "{\"type\": \"RefundRequested\", \"customerId\": \"kate\"}");

        assertThat(OrderArchive.personalValues(json(PLACED, open), new PersonalDataMask()))
                .containsExactly(
                        new PersonalValue("OrderPlaced", "customerId", "", true),
                        new PersonalValue("RefundRequested", "customerId", "kate", false));
    }

    private static String record(String channel, int second, String value) {
        return "{\"channel\": \"%s\", \"timestamp\": \"%s\", \"value\": %s}".formatted(channel, second(second), value);
    }

    private static Instant second(int second) {
        return Instant.parse("2026-05-01T12:00:00Z").plusSeconds(second);
    }

    private static JsonNode json(String... records) {
        try {
            return Json.MAPPER.readTree("[" + String.join(",", records) + "]");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
