package millrace.analytics.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowTest {
    @Test
    void the_text_of_a_time_is_that_of_the_instant() {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++) {
            var millis = random.nextLong(-100_000_000_000L, 300_000_000_000_000L);
            var time = Instant.ofEpochMilli(i % 3 == 0 ? millis / 60_000 * 60_000 : millis);
            assertThat(Window.text(time)).isEqualTo(time.toString());
        }
        for (var text : List.of(
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999Z",
                "2024-02-29T23:59:59.001Z",
                "2024-05-01T12:00:00.000000001Z",
                "2024-05-01T12:00:00.100200Z",
                "9999-12-31T23:59:59.999Z",
                "+10000-01-01T00:00:00Z")) {
            assertThat(Window.text(Instant.parse(text))).isEqualTo(text);
        }
    }
}
