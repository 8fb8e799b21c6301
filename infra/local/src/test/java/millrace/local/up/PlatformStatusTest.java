package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlatformStatusTest {
    @Test
    void a_large_lag_says_when_it_is_caught_up_or_how_it_grows() {
        assertThat(PlatformStatus.lag("orders", 99, 0, 1)).isEqualTo("orders 99");
        assertThat(PlatformStatus.lag("orders", 1_000, 1_000, 1)).isEqualTo("orders 1,000");
        assertThat(PlatformStatus.lag("orders", 1_000, 1_500, 1)).isEqualTo("orders 1,000 (caught up in 2 s)");
        assertThat(PlatformStatus.lag("orders", 1_500, 1_000, 5)).isEqualTo("orders 1,500 (+100/s)");
    }
}
