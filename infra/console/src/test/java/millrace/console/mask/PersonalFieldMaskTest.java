package millrace.console.mask;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class PersonalFieldMaskTest {
    private static final String CLICK = """
            {"type":"page","anonymousId":"visitor-7","userId":"u1","timestamp":"2024-05-01T12:00:00Z",
            "properties":{"path":"/cart","email":"a@b.example"}}""";

    @Test
    void marked_fields_and_fields_that_the_catalogue_does_not_know_are_dots() throws JsonProcessingException {
        var masked = PersonalFieldMask.mask("clicks", "clicks.page", Json.MAPPER.readTree(CLICK));

        assertThat(masked.path("anonymousId").asText()).isEqualTo("•••");
        assertThat(masked.path("userId").asText()).isEqualTo("•••");
        assertThat(masked.at("/properties/email").asText()).isEqualTo("•••");
        assertThat(masked.at("/properties/path").asText()).isEqualTo("/cart");
        assertThat(masked.path("timestamp").asText()).isEqualTo("2024-05-01T12:00:00Z");
    }

    @Test
    void a_message_of_no_known_type_is_masked_as_all_messages_of_its_channel() throws JsonProcessingException {
        for (var type : new String[] {null, "clicks.other", "orders.OrderPlaced"}) {
            var masked = PersonalFieldMask.mask("clicks", type, Json.MAPPER.readTree(CLICK));

            assertThat(masked.toString()).doesNotContain("visitor-7", "u1", "a@b.example");
        }
    }

    @Test
    void a_dead_letter_is_masked_as_a_whole() throws JsonProcessingException {
        assertThat(PersonalFieldMask.mask("transactions-dlq", null, Json.MAPPER.readTree(CLICK))
                        .asText())
                .isEqualTo("•••");
    }

    @Test
    void keys_that_lead_to_persons_are_personal() {
        assertThat(PersonalFieldMask.isKeyPersonal("clicks")).isTrue();
        assertThat(PersonalFieldMask.isKeyPersonal("visits")).isTrue();
        assertThat(PersonalFieldMask.isKeyPersonal("late-events")).isTrue();
        assertThat(PersonalFieldMask.isKeyPersonal("orders")).isFalse();
        assertThat(PersonalFieldMask.isKeyPersonal("revenue-per-minute")).isFalse();
    }
}
