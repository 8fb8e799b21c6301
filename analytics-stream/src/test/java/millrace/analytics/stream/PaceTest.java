package millrace.analytics.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void a_replay_reads_no_faster_than_it_is_told() {
        var pace = new Pace(100);
        var begin = System.nanoTime();

        for (var record = 0; record < 20; record++) {
            pace.await();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(190), Duration.ofSeconds(5));
    }
}
