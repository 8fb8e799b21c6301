package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

/** Bytes of the requests. */
class LoadRequestTest {
    @Test
    void an_event_has_exactly_the_bytes_that_are_asked_for() throws IOException {
        for (var bytes : List.of(300, 735, 4 << 10, 16 << 10)) {
            var event = TrackEvent.json(bytes, "00c0ffee", 1, true);

            assertThat(event).hasSize(bytes);
            assertThat(Json.MAPPER.readTree(event).get("event").asText()).isEqualTo("Product Viewed");
        }
        assertThatThrownBy(() -> TrackEvent.json(100, "00c0ffee", 1, true))
                .hasMessageMatching("An event of 100 bytes is asked for; the smallest has [0-9]{3}\\.");
    }

    @Test
    void each_request_has_another_id_and_the_visitors_take_turns() throws IOException {
        var request = LoadRequest.of(plan(0), 8080, "00c0ffee", 0);
        var stamp = new EventStamp(10);
        stamp.setTime(Instant.parse("2026-01-01T12:00:00Z").toEpochMilli());

        var ids = new HashSet<String>();
        var visitors = new HashSet<String>();
        for (var i = 0; i < 10; i++) {
            var event = body(request.next(stamp));
            assertThat(event.toString()).hasSize(735);
            assertThat(event.get("timestamp").asText()).isEqualTo("2026-01-01T12:00:00.000Z");
            ids.add(event.get("messageId").asText());
            visitors.add(event.get("anonymousId").asText());
        }

        assertThat(ids).hasSize(10).allMatch(id -> id.startsWith("ajs-next-00c0ffee-"));
        assertThat(visitors).hasSize(10);
    }

    @Test
    void a_batch_has_different_events_and_says_when_it_was_sent() throws IOException {
        var request = LoadRequest.of(plan(3), 8080, "00c0ffee", 0);

        var batch = body(request.next(new EventStamp(1)));

        assertThat(batch.get("batch").findValuesAsText("messageId")).hasSize(3).doesNotHaveDuplicates();
        assertThat(batch.get("batch").findValuesAsText("note")).hasSize(3).doesNotHaveDuplicates();
        assertThat(batch.get("batch"))
                .allSatisfy(event -> assertThat(event.toString()).hasSize(735));
        assertThat(batch.get("sentAt").asText()).endsWith("Z");
    }

    private static LoadPlan plan(int batch) {
        return new LoadPlan(List.of(8080), "key", 1, 0, batch, 735, 10, Duration.ZERO, Duration.ofSeconds(1));
    }

    /** Returns the body; asserts that its length is the content-length. */
    private static JsonNode body(ByteBuffer request) throws IOException {
        var text = US_ASCII.decode(request.duplicate()).toString();
        var body = text.substring(text.indexOf("\r\n\r\n") + 4);
        assertThat(text).contains("authorization: Basic a2V5Og==", "content-length: " + body.length() + "\r\n");
        return Json.MAPPER.readTree(body);
    }
}
