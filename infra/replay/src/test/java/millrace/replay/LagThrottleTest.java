package millrace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LagThrottleTest {
    private final LagThrottle throttle = new LagThrottle();

    @Test
    void while_live_traffic_falls_behind_the_shadow_is_paused_every_other_second() {
        assertThat(looks(2_000, 3_000, 4_000, 5_000, 6_000, 7_000))
                .containsExactly(false, false, true, false, true, false);
        assertThat(throttle.secondsPaused()).isEqualTo(2);
    }

    @Test
    void the_shadow_runs_on_when_live_traffic_catches_up() {
        assertThat(looks(2_000, 3_000, 4_000, 3_500, 3_400)).containsExactly(false, false, true, false, false);
    }

    @Test
    void a_lag_below_a_thousand_records_is_normal() {
        assertThat(looks(100, 500, 900, 1_000, 1_000)).doesNotContain(true);
    }

    private List<Boolean> looks(long... lags) {
        return LongStream.of(lags).mapToObj(throttle::pauseNext).toList();
    }
}
