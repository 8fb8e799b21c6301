package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import millrace.local.up.TrafficMonitor.Lag;
import org.junit.jupiter.api.Test;

class PlatformStatusTest {
    @Test
    void a_large_lag_says_its_age_and_when_it_is_caught_up_or_how_it_grows() {
        assertThat(lag(99, 0, 1)).isEqualTo("orders 99");
        assertThat(lag(1_000, 1_000, 1)).isEqualTo("orders 1,000 (12 s behind)");
        assertThat(lag(1_000, 1_500, 1)).isEqualTo("orders 1,000 (12 s behind, caught up in 2 s)");
        assertThat(lag(1_500, 1_000, 5)).isEqualTo("orders 1,500 (12 s behind, +100/s)");
    }

    private static String lag(long records, long before, double seconds) {
        return PlatformStatus.lag("orders", new Lag(records, 12.3), new Lag(before, 0), seconds);
    }
}
