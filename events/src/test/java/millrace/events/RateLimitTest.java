package millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** An origin that overflows within the test. */
    private long now = Long.MAX_VALUE - Duration.ofMillis(1500).toNanos();

    private final RateLimit tenASecond = new RateLimit(10, SECOND, () -> now).full();

    @Test
    void after_a_pause_a_seconds_worth_is_available_at_once() {
        for (int i = 0; i < 11; i++) {
            assertThat(tenASecond.tryAcquire(1)).as("permit " + i).isZero();
        }

        assertThat(tenASecond.tryAcquire(1)).isEqualTo(Duration.ofMillis(100));
        assertThat(tenASecond.isSpent()).isTrue();
    }

    @Test
    void a_refused_request_takes_nothing() {
        tenASecond.tryAcquire(20);
        for (int i = 0; i < 5; i++) {
            assertThat(tenASecond.tryAcquire(1)).isEqualTo(SECOND);
        }

        pass(SECOND);

        assertThat(tenASecond.isSpent()).isFalse();
        assertThat(tenASecond.tryAcquire(1)).isZero();
    }

    @Test
    void more_than_the_rate_can_be_acquired_at_once_and_is_waited_for() {
        assertThat(tenASecond.tryAcquire(100)).isZero();
        assertThat(tenASecond.tryAcquire(1)).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void a_long_pause_saves_up_no_more_than_a_burst() {
        pass(Duration.ofHours(1));
        assertThat(tenASecond.tryAcquire(20)).isZero();

        assertThat(tenASecond.tryAcquire(1)).isEqualTo(SECOND);
    }

    @Test
    void reserved_permits_are_evenly_spread_where_nothing_is_saved_up() {
        var even = new RateLimit(10, Duration.ZERO, () -> now);

        assertThat(even.reserve(1)).isZero();
        assertThat(even.reserve(1)).isEqualTo(Duration.ofMillis(100));
        assertThat(even.reserve(1)).isEqualTo(Duration.ofMillis(200));
        pass(Duration.ofHours(1));
        assertThat(even.reserve(1)).isZero();
        assertThat(even.reserve(1)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void zero_is_no_limit() {
        var none = new RateLimit(0, Duration.ZERO, () -> now);

        assertThat(none.reserve(1_000_000)).isZero();
        assertThat(none.tryAcquire(1_000_000)).isZero();
        assertThat(none.isSpent()).isFalse();
    }

    @Test
    void a_thread_waits_for_its_permits() {
        var hundredASecond = new RateLimit(100, Duration.ZERO);
        var begin = System.nanoTime();

        for (var permit = 0; permit < 20; permit++) {
            hundredASecond.acquire(1, () -> false);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(190), Duration.ofSeconds(5));
    }

    @Test
    void a_wait_ends_early_by_the_stop_signal_and_by_an_interrupt() {
        var oneADay = new RateLimit(1 / 86_400.0, Duration.ZERO);
        oneADay.reserve(1);
        var begin = System.nanoTime();

        oneADay.acquire(1, () -> true);
        Thread.currentThread().interrupt();
        oneADay.acquire(1, () -> false);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMinutes(1));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
