package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DoublingBackoffTest {
    private final DoublingBackoff backoff = new DoublingBackoff();

    @Test
    void pauses_double_up_to_a_bound_and_never_end() {
        assertThat(Stream.generate(backoff::next).limit(8))
                .extracting(Duration::toMillis)
                .containsExactly(250L, 500L, 1000L, 2000L, 4000L, 8000L, 8000L, 8000L);
    }

    @Test
    void after_a_success_the_first_pause_is_short_again() {
        backoff.next();
        backoff.next();

        backoff.reset();

        assertThat(backoff.next()).hasMillis(250);
    }
}
