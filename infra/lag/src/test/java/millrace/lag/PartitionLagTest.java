package millrace.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PartitionLagTest {
    private static final long SECOND = 1_000_000_000L;
    private final PartitionLag lag = new PartitionLag(0, Duration.ofSeconds(15));

    @Test
    void a_group_that_has_read_everything_has_no_lag_however_long_nothing_is_written() {
        for (var second = 0; second < 10_000; second += 5) {
            observe(second, 7, 7);

            assertThat(lag.records()).isZero();
            assertThat(seconds(second + 4)).isZero();
        }
    }

    @Test
    void a_group_that_stands_still_is_further_behind_with_each_second() {
        observe(0, 10, 10);
        observe(5, 10, 20);
        observe(10, 10, 30);

        assertThat(lag.records()).isEqualTo(20);
        assertThat(seconds(10)).isEqualTo(10);
        assertThat(seconds(14)).isEqualTo(14);
    }

    @Test
    void the_age_is_that_of_the_first_record_that_is_not_read() {
        observe(0, 0, 0);
        observe(100, 0, 1_000);
        observe(200, 250, 3_000);

        assertThat(lag.records()).isEqualTo(2_750);
        assertThat(seconds(200)).isEqualTo(175);

        observe(205, 2_000, 3_000);
        assertThat(seconds(205)).isEqualTo(55);
        observe(210, 3_000, 3_000);
        assertThat(lag.records()).isZero();
        assertThat(seconds(210)).isZero();
    }

    @Test
    void a_record_after_a_long_silence_is_not_as_old_as_the_one_before() {
        observe(0, 10, 10);
        observe(5, 10, 10);
        observe(10_000, 10, 10);
        observe(10_005, 10, 11);

        assertThat(seconds(10_005)).isEqualTo(5);
    }

    @Test
    void while_nothing_is_observed_a_record_may_be_unread_since_the_last_observation() {
        observe(100, 10, 10);

        assertThat(seconds(115)).isZero();
        assertThat(seconds(116)).isEqualTo(16);
        assertThat(seconds(1_000)).isEqualTo(900);
    }

    @Test
    void records_from_before_the_first_observation_have_the_age_of_their_timestamp() {
        observe(1_000, 10, 1_010);
        assertThat(lag.isLookUpDue()).isTrue();
        lag.foundFirstUnread(10, 10, OptionalLong.of(400 * SECOND));

        assertThat(seconds(1_000)).isEqualTo(600);
        assertThat(lag.isLookUpDue()).isFalse();
        observe(1_005, 510, 1_010);
        assertThat(seconds(1_005)).isEqualTo(305);
        assertThat(lag.isLookUpDue()).isFalse();
    }

    @Test
    void a_timestamp_in_the_future_counts_as_now() {
        observe(1_000, 10, 20);
        lag.foundFirstUnread(10, 10, OptionalLong.of(5_000 * SECOND));

        assertThat(seconds(1_000)).isZero();
        assertThat(seconds(1_004)).isEqualTo(4);
    }

    @Test
    void a_wrong_timestamp_does_not_count_where_the_append_was_observed() {
        observe(0, 10, 10);
        observe(5, 10, 12);
        observe(10, 10, 12);
        assertThat(lag.isLookUpDue()).isTrue();
        lag.foundFirstUnread(10, 10, OptionalLong.of(-1_000_000 * SECOND));

        assertThat(seconds(10)).isEqualTo(10);
    }

    @Test
    void offsets_without_a_record_are_no_lag() {
        observe(0, 10, 10);
        observe(5, 10, 11);
        assertThat(lag.isLookUpDue()).isFalse();
        observe(10, 10, 11);
        assertThat(lag.isLookUpDue()).isTrue();
        lag.foundFirstUnread(10, 11, OptionalLong.empty());

        assertThat(lag.records()).isZero();
        assertThat(seconds(10)).isZero();
        observe(15, 10, 12);
        assertThat(lag.records()).isEqualTo(1);
        assertThat(seconds(15)).isEqualTo(5);
        observe(20, 10, 12);
        assertThat(lag.isLookUpDue()).isTrue();
        lag.foundFirstUnread(11, 12, OptionalLong.empty());
        assertThat(lag.records()).isZero();
    }

    @Test
    void a_topic_that_was_created_again_begins_anew() {
        observe(0, 100, 100);
        observe(5, 100, 3);

        assertThat(lag.records()).isZero();
        assertThat(seconds(5)).isZero();
        observe(10, 0, 3);
        assertThat(lag.records()).isEqualTo(3);
    }

    @Test
    void a_group_that_stands_still_for_a_month_takes_bounded_memory_and_its_age_stays_right() {
        var month = Duration.ofDays(30).toSeconds();
        for (var second = 0L; second <= month; second += 5) {
            observe(second, 0, second * 10);
        }

        assertThat(seconds(month)).isEqualTo(month);
        assertThat(lag.rememberedEnds()).isLessThanOrEqualTo(64);
        observe(month + 5, month * 5, month * 10);
        assertThat(seconds(month + 5)).isCloseTo(month / 2.0, Offset.offset(month / 1_000.0));
    }

    private void observe(long second, long committed, long end) {
        lag.observe(second * SECOND, committed, end);
    }

    private double seconds(long second) {
        return lag.seconds(second * SECOND);
    }
}
