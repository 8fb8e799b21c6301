package millrace.ingest.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuotaTest {
    private final AtomicLong now = new AtomicLong();
    private final Quota tenASecond = new Quota(10, now::get);

    @Test
    void after_a_pause_a_seconds_worth_may_come_at_once() {
        for (int i = 0; i < 11; i++) {
            assertThat(tenASecond.acquire(1)).as("event " + i).isZero();
        }

        assertThat(tenASecond.acquire(1)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void what_is_refused_takes_nothing() {
        tenASecond.acquire(20);
        for (int i = 0; i < 5; i++) {
            assertThat(tenASecond.acquire(1)).isEqualTo(Duration.ofSeconds(1));
        }

        pass(Duration.ofSeconds(1));

        assertThat(tenASecond.acquire(1)).isZero();
    }

    @Test
    void a_batch_larger_than_the_rate_can_be_sent_and_is_waited_for() {
        assertThat(tenASecond.acquire(100)).isZero();
        assertThat(tenASecond.acquire(1)).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void a_long_pause_saves_up_no_more_than_a_second() {
        pass(Duration.ofHours(1));
        assertThat(tenASecond.acquire(20)).isZero();

        assertThat(tenASecond.acquire(1)).isEqualTo(Duration.ofSeconds(1));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
