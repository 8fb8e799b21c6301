package millrace.console.numbers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import millrace.console.view.Deployment;
import org.junit.jupiter.api.Test;

class LateEventsTest {
    private static final String LATE = """
            {"eventId":"e","channel":"clicks","source":"shop","timestamp":"2026-05-14T12:00:00Z",\
            "clock":"2026-05-14T12:10:00Z","lateBy":"PT10M","window":"2026-05-14T12:00:00Z","lateInWindow":1}""";

    @Test
    void records_that_are_no_late_events_stop_nothing() {
        try (var nowhere = new Deployment(
                Map.<String, URI>of(), Optional.empty(), Map.of("bootstrap.servers", "localhost:1"), "")) {
            var counts = new LateEvents(nowhere).counts();
            counts.count(null);
            for (var value :
                    new String[] {"", "{", "[]", "7", "{}", "{\"source\":{}}", "{\"source\":\"shop\"}", LATE}) {
                counts.count(value.getBytes(UTF_8));
            }

            assertThat(counts.total()).isEqualTo(1);
        }
    }
}
