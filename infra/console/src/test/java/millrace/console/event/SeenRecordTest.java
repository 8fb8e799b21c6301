package millrace.console.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SeenRecordTest {
    /** Up to a hundred are kept while an event is followed. */
    @Test
    void only_the_beginning_of_long_lists_and_texts_is_kept() {
        var value = value("{\"type\":\"page\",\"lines\":[{},{}],\"reasons\":[\"a\",\"b\"],\"name\":\""
                + "x".repeat(90_000) + "\",\"context\":{\"page\":{\"path\":\"/a\",\"more\":[1]}}}");

        assertThat(value.path("type").asText()).isEqualTo("page");
        assertThat(value.at("/reasons/1").asText()).isEqualTo("b");
        assertThat(value.at("/context/page/path").asText()).isEqualTo("/a");
        assertThat(value.toString()).doesNotContain("{}").hasSizeLessThan(6_000);
    }

    @Test
    void a_record_of_too_many_values_is_there_and_says_nothing() {
        assertThat(value("{\"type\":\"page\",\"x\":[" + "{},".repeat(90_000) + "1]}")
                        .toString())
                .isEqualTo("{}");
        assertThat(value("no JSON").isMissingNode()).isTrue();
    }

    private static JsonNode value(String json) {
        return SeenRecord.of(
                        "clicks",
                        new ConsumerRecord<>("clicks", 0, 0, "key".getBytes(UTF_8), json.getBytes(UTF_8)),
                        Optional.empty())
                .value();
    }
}
