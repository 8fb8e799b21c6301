package millrace.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import millrace.lag.GroupLag.Observation;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GroupLagTest {
    private static final long SECOND = 1_000_000_000L;
    private static final TopicPartition CLICKS_0 = new TopicPartition("clicks", 0);
    private static final TopicPartition CLICKS_1 = new TopicPartition("clicks", 1);
    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private final GroupLag lag = new GroupLag(0, Duration.ofSeconds(15));

    @Test
    void records_are_added_up_and_the_oldest_one_counts() {
        observe(0, Map.of(CLICKS_0, 5L, CLICKS_1, 5L, ORDERS_0, 1L), Map.of(CLICKS_0, 5L, CLICKS_1, 5L, ORDERS_0, 1L));
        observe(5, Map.of(CLICKS_0, 5L, CLICKS_1, 5L, ORDERS_0, 1L), Map.of(CLICKS_0, 8L, CLICKS_1, 5L, ORDERS_0, 1L));
        observe(10, Map.of(CLICKS_0, 5L, CLICKS_1, 5L, ORDERS_0, 1L), Map.of(CLICKS_0, 8L, CLICKS_1, 9L, ORDERS_0, 1L));

        assertThat(lag.records("clicks")).isEqualTo(7);
        assertThat(lag.seconds("clicks", 10 * SECOND)).isEqualTo(10);
        assertThat(lag.records("orders")).isZero();
        assertThat(lag.seconds("orders", 10 * SECOND)).isZero();
    }

    @Test
    void until_a_broker_answers_the_records_are_unknown_and_the_seconds_grow() {
        assertThat(lag.records("clicks")).isNaN();
        assertThat(lag.seconds("clicks", 10 * SECOND)).isZero();
        assertThat(lag.seconds("clicks", 100 * SECOND)).isEqualTo(100);
    }

    @Test
    void a_partition_without_a_leader_is_behind_since_it_had_one() {
        observe(10, Map.of(CLICKS_0, 5L, CLICKS_1, 5L), Map.of(CLICKS_0, 5L, CLICKS_1, 5L));
        observe(40, Map.of(CLICKS_0, 5L, CLICKS_1, 5L), Map.of(CLICKS_0, 5L));

        assertThat(lag.seconds("clicks", 40 * SECOND)).isEqualTo(30);
    }

    @Test
    void a_topic_that_does_not_exist_has_nothing_unread() {
        lag.observe(new Observation(100 * SECOND, Map.of(), Map.of(), Set.of("clicks")));

        assertThat(lag.records("clicks")).isZero();
        assertThat(lag.seconds("clicks", 105 * SECOND)).isZero();
        assertThat(lag.seconds("clicks", 130 * SECOND)).isEqualTo(30);
    }

    @Test
    void each_partition_has_its_own_lag() {
        observe(0, Map.of(CLICKS_0, 5L, CLICKS_1, 5L), Map.of(CLICKS_0, 5L, CLICKS_1, 5L));
        observe(5, Map.of(CLICKS_0, 5L, CLICKS_1, 5L), Map.of(CLICKS_0, 8L, CLICKS_1, 5L));

        assertThat(lag.records(CLICKS_0)).hasValue(3);
        assertThat(lag.seconds(CLICKS_0, 15 * SECOND)).hasValue(15);
        assertThat(lag.records(CLICKS_1)).hasValue(0);
        assertThat(lag.seconds(CLICKS_1, 15 * SECOND)).hasValue(0);
        assertThat(lag.records(ORDERS_0)).isEmpty();
        assertThat(lag.seconds(ORDERS_0, 15 * SECOND)).isEmpty();
    }

    @Test
    void the_age_of_a_record_from_before_the_first_observation_is_unknown_until_it_is_looked_up() {
        observe(100, Map.of(CLICKS_0, 5L), Map.of(CLICKS_0, 8L));

        assertThat(lag.records(CLICKS_0)).hasValue(3);
        assertThat(lag.seconds(CLICKS_0, 100 * SECOND)).isEmpty();

        lag.foundFirstUnread(CLICKS_0, 5, 5, OptionalLong.of(40 * SECOND));

        assertThat(lag.seconds(CLICKS_0, 100 * SECOND)).hasValue(60);
    }

    @Test
    void a_look_up_in_a_partition_that_is_gone_is_ignored() {
        observe(0, Map.of(CLICKS_0, 5L), Map.of(CLICKS_0, 8L));
        observe(5, Map.of(), Map.of());

        lag.foundFirstUnread(CLICKS_0, 5, 5, OptionalLong.empty());

        assertThat(lag.records(CLICKS_0)).isEmpty();
    }

    private void observe(long second, Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends) {
        lag.observe(new Observation(second * SECOND, committed, ends));
    }
}
