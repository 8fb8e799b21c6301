package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

/** Bodies of the requests. */
class TrackEventsTest {
    private static final long NOON = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();

    @Test
    void an_event_has_exactly_the_bytes_that_are_asked_for() throws IOException {
        for (var bytes : List.of(300, 735, 4 << 10, 16 << 10)) {
            var body = events(Load.closedLoop(1).withEventBytes(bytes), 0).next(NOON);

            assertThat(body).hasSize(bytes);
            assertThat(read(body).get("event").asText()).isEqualTo("Product Viewed");
        }
        assertThatThrownBy(() -> events(Load.closedLoop(1).withEventBytes(100), 0))
                .hasMessageMatching("An event of 100 bytes is asked for; the smallest has [0-9]{3}\\.");
    }

    @Test
    void each_request_of_each_connection_has_another_id_and_the_visitors_take_turns() throws IOException {
        var load = Load.closedLoop(2).withVisitors(10);
        var ids = new HashSet<String>();
        var visitors = new HashSet<String>();
        for (var connection = 0; connection < 2; connection++) {
            var events = events(load, connection);
            for (var request = 0; request < 10; request++) {
                var event = read(events.next(NOON));
                assertThat(event.toString()).hasSize(735);
                assertThat(event.get("timestamp").asText()).isEqualTo("2026-01-01T12:00:00.000Z");
                ids.add(event.get("messageId").asText());
                visitors.add(event.get("anonymousId").asText());
            }
        }

        assertThat(ids).hasSize(20).allMatch(id -> id.startsWith("ajs-next-00c0ffee-"));
        assertThat(visitors).hasSize(10);
    }

    @Test
    void a_batch_has_different_events_and_says_when_it_was_sent() throws IOException {
        var batch = read(events(Load.batches(3, 1), 0).next(NOON));

        assertThat(batch.get("batch").findValuesAsText("messageId")).hasSize(3).doesNotHaveDuplicates();
        assertThat(batch.get("batch").findValuesAsText("note")).hasSize(3).doesNotHaveDuplicates();
        assertThat(batch.get("batch"))
                .allSatisfy(event -> assertThat(event.toString()).hasSize(735));
        assertThat(batch.get("sentAt").asText()).endsWith("Z");
    }

    private static TrackEvents events(Load load, int connection) {
        return new TrackEvents(load, "00c0ffee", connection);
    }

    private static JsonNode read(byte[] body) throws IOException {
        return Json.MAPPER.readTree(new String(body, US_ASCII));
    }
}
