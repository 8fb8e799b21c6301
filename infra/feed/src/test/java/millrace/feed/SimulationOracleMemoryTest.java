package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is kept while a simulation runs. */
class ExpectedMemoryTest {
    @Test
    void what_is_kept_does_not_grow_with_the_number_of_events() {
        var plan = Plan.seeded(7, Duration.ofSeconds(1), 100_000, Mix.USUAL);
        var crowd = new Crowd(plan);
        var expected = new Expected(plan);
        var most = 0;

        for (var sent = 0; sent < 100_000; sent++) {
            expected.add(crowd.next());
            most = Math.max(most, sent % 100 == 0 ? expected.size() : 0);
        }

        assertThat(most).isBetween(40, 3_000);
        assertThat(expected.aggregates().visits()).isGreaterThan(2_000);
    }

    @Test
    void visits_that_never_end_do_not_grow_either() {
        var plan = Plan.seeded(7, Duration.ofMillis(1), 100_000, Mix.USUAL);
        var crowd = new Crowd(plan);
        var expected = new Expected(plan);

        for (var sent = 0; sent < 100_000; sent++) {
            expected.add(crowd.next());
        }

        assertThat(expected.size()).isLessThan(3_000);
    }
}
