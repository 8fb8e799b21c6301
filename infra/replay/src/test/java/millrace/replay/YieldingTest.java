package millrace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class YieldingTest {
    private final Yielding yielding = new Yielding();

    @Test
    void while_live_traffic_falls_behind_the_shadow_is_held_every_other_second() {
        assertThat(looks(2_000, 3_000, 4_000, 5_000, 6_000, 7_000))
                .containsExactly(false, false, true, false, true, false);
        assertThat(yielding.secondsHeld()).isEqualTo(2);
    }

    @Test
    void it_goes_on_when_live_traffic_gains() {
        assertThat(looks(2_000, 3_000, 4_000, 3_500, 3_400)).containsExactly(false, false, true, false, false);
    }

    @Test
    void a_burst_is_no_reason() {
        assertThat(looks(100, 500, 900, 1_000, 1_000)).doesNotContain(true);
    }

    private List<Boolean> looks(long... lags) {
        return LongStream.of(lags).mapToObj(yielding::look).toList();
    }
}
