package millrace.console.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import millrace.console.cluster.OffsetHistory.Offsets;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OffsetHistoryTest {
    private static final TopicPartition CLICKS_0 = new TopicPartition("clicks", 0);
    private static final TopicPartition CLICKS_1 = new TopicPartition("clicks", 1);
    private static final List<TopicPartition> CLICKS = List.of(CLICKS_0, CLICKS_1);
    private static final Duration TEN = Duration.ofSeconds(10);

    private final OffsetHistory history = new OffsetHistory();

    @Test
    void a_rate_is_unknown_until_there_are_two_sets() {
        add(0, 5, 0);

        assertThat(history.produced(CLICKS, TEN)).isNull();
        assertThat(history.consumed("orders", CLICKS, TEN)).isNull();
    }

    @Test
    void rates_are_of_all_partitions_together() {
        add(0, 5, 1);
        add(2_000, 25, 5);

        assertThat(history.produced(CLICKS, TEN)).isEqualTo(20);
        assertThat(history.consumed("orders", CLICKS, TEN)).isEqualTo(4);
        assertThat(history.consumed("stranger", CLICKS, TEN)).isZero();
    }

    @Test
    void sets_that_follow_each_other_quickly_are_kept_a_second_apart() {
        for (var half = 0; half <= 40; half++) {
            add(half * 500L, half * 10L, half * 5L);
        }

        assertThat(history.size()).isLessThanOrEqualTo(12);
        assertThat(history.produced(CLICKS, TEN)).isEqualTo(40);
        assertThat(history.produced(CLICKS, Duration.ofSeconds(5))).isEqualTo(40);
        assertThat(history.consumed("orders", CLICKS, TEN)).isEqualTo(20);
    }

    @Test
    void a_topic_that_was_made_again_counts_as_still() {
        add(0, 100, 100);
        add(1_000, 3, 0);

        assertThat(history.produced(CLICKS, TEN)).isZero();
        assertThat(history.consumed("orders", CLICKS, TEN)).isZero();
    }

    private void add(long millis, long end, long committed) {
        history.add(new Offsets(
                Duration.ofMillis(millis).toNanos(),
                Map.of(CLICKS_0, end, CLICKS_1, end),
                Map.of("orders", Map.of(CLICKS_0, committed, CLICKS_1, committed))));
    }
}
