package millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PersonalDataTest {
    private static final JsonNode DOCUMENT = Catalogue.document();
    private static final Map<String, PersonalData> MESSAGES = Catalogue.personalData();

    @ParameterizedTest
    @MethodSource("schemas")
    void every_field_that_is_personal_names_the_person_or_is_unread_is_in_its_schema(
            Map.Entry<String, JsonNode> schema) {
        for (var extension : List.of("x-personal-data", "x-non-personal", "x-subject", "x-unread")) {
            schema.getValue()
                    .path(extension)
                    .forEach(field -> assertThat(schema.getValue().at("/properties/" + first(field.asText())))
                            .as("%s of %s, which is in its %s", field.asText(), schema.getKey(), extension)
                            .isNotEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void every_text_says_whether_it_is_personal(Map.Entry<String, JsonNode> schema) {
        var personal = texts(schema.getValue(), "x-personal-data");
        var nonPersonal = texts(schema.getValue(), "x-non-personal");
        for (var field : schema.getValue().path("properties").properties()) {
            if (isFree(field.getValue().has("items") ? field.getValue().get("items") : field.getValue())) {
                assertThat(personal.contains(field.getKey()) != nonPersonal.contains(field.getKey()))
                        .as(
                                "%s of %s is in x-personal-data, which the archive encrypts, or in x-non-personal of"
                                        + " its schema, and not in both",
                                field.getKey(), schema.getKey())
                        .isTrue();
            }
        }
    }

    @Test
    void every_message_with_personal_data_names_its_subject() {
        assertThat(MESSAGES)
                .allSatisfy((type, data) -> assertThat(data.subject().isEmpty())
                        .as("x-subject of %s is missing", type)
                        .isEqualTo(data.fields().isEmpty()));
    }

    @Test
    void who_is_named_is_personal_too() {
        assertThat(MESSAGES).allSatisfy((type, data) -> {
            if (!data.isWhole()) {
                assertThat(data.fields())
                        .containsAll(data.subject().stream()
                                .map(PersonalDataTest::first)
                                .toList());
            }
        });
    }

    @Test
    void a_message_is_found_by_the_type_of_its_record_with_the_fields_of_its_parts() {
        assertThat(MESSAGES.get("clicks.page").fields())
                .containsExactly(
                        "anonymousId", "userId", "address", "context.userAgent", "context.ip", "context.traits");
        assertThat(MESSAGES.get("clicks.page").subject()).containsExactly("anonymousId", "userId");
        assertThat(MESSAGES.get("clicks.page").known()).contains("messageId", "context", "context.page.path");
        assertThat(MESSAGES.get("transactions.RefundRequested").fields()).containsExactly("customerId");
        assertThat(MESSAGES.get("transactions.RefundRequested").subject()).containsExactly("customerId");
        assertThat(MESSAGES.get("orders.OrderPaid").fields()).isEmpty();
        assertThat(MESSAGES.get("transactions-dlq.DeadLetter").isWhole()).isTrue();
    }

    private static Stream<Map.Entry<String, JsonNode>> schemas() {
        return DOCUMENT.at("/components/schemas").properties().stream();
    }

    /** Returns true for a text of any content, and for an object of any fields. */
    private static boolean isFree(JsonNode field) {
        return switch (field.path("type").asText()) {
            case "string" -> Stream.of("const", "enum", "format", "pattern").noneMatch(field::has);
            case "object" -> !field.has("properties");
            default -> false;
        };
    }

    private static List<String> texts(JsonNode schema, String extension) {
        return StreamSupport.stream(schema.path(extension).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static String first(String path) {
        return path.split("\\.")[0];
    }
}
