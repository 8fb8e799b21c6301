package millrace.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnauthenticatedBudgetTest {
    private long now = 5_000;
    private final UnauthenticatedBudget budget = new UnauthenticatedBudget(() -> now);

    @Test
    void who_never_failed_has_all_of_it() {
        assertThat(budget.isSpent("192.0.2.1")).isFalse();
    }

    @Test
    void four_seconds_worth_are_there_after_a_pause_and_then_as_much_as_a_second_brings() {
        fail("192.0.2.1", 4 * UnauthenticatedBudget.OF_ADDRESS / UnauthenticatedBudget.BYTES_PER_REQUEST);
        assertThat(budget.isSpent("192.0.2.1")).isFalse();
        budget.failed("192.0.2.1", 100_000);
        assertThat(budget.isSpent("192.0.2.1")).isTrue();

        now += Duration.ofSeconds(1).toNanos();
        assertThat(budget.isSpent("192.0.2.1")).isFalse();
    }

    @Test
    void the_failures_of_one_address_are_nothing_to_another() {
        budget.failed("192.0.2.1", 10_000_000);

        assertThat(budget.isSpent("192.0.2.1")).isTrue();
        assertThat(budget.isSpent("192.0.2.2")).isFalse();
    }

    @Test
    void what_all_fail_together_is_bounded_and_who_sent_a_valid_key_is_read_all_the_same() {
        budget.succeeded("198.51.100.1");
        for (int i = 0; i < 250; i++) {
            budget.failed("192.0.2." + i, 100_000);
        }

        assertThat(budget.isSpent("203.0.113.1")).isTrue();
        assertThat(budget.isSpent("198.51.100.1")).isFalse();
        now += Duration.ofMinutes(11).toNanos();
        for (int i = 0; i < 250; i++) {
            budget.failed("192.0.2." + i, 100_000);
        }
        assertThat(budget.isSpent("198.51.100.1")).isTrue();
    }

    private void fail(String address, long times) {
        for (int i = 0; i < times; i++) {
            budget.failed(address, 0);
        }
    }
}
