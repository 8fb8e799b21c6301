package millrace.analytics.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestorationTest {
    private static final TopicPartition ZERO = new TopicPartition("changelog", 0);
    private static final TopicPartition ONE = new TopicPartition("changelog", 1);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Restoration restoration = new Restoration(metrics);

    @Test
    void what_remains_is_counted_in_offsets_over_all_partitions_of_a_store() {
        restoration.onRestoreStart(ZERO, "visits", 100, 200);
        restoration.onRestoreStart(ONE, "visits", 0, 50);
        restoration.onBatchRestored(ZERO, "visits", 129, 25);

        assertThat(restoration.all())
                .containsExactly(new Restored("visits", 0, 30, 100), new Restored("visits", 1, 0, 50));
        assertThat(gauge()).isEqualTo(120);
    }

    @Test
    void nothing_remains_at_the_end_though_marks_of_transactions_are_no_records() {
        restoration.onRestoreStart(ZERO, "visits", 100, 200);
        restoration.onBatchRestored(ZERO, "visits", 198, 60);
        restoration.onRestoreEnd(ZERO, "visits", 60);

        assertThat(gauge()).isZero();
    }

    @Test
    void a_partition_that_has_gone_to_another_instance_is_not_waited_for() {
        restoration.onRestoreStart(ZERO, "visits", 100, 200);
        restoration.onRestoreSuspended(ZERO, "visits", 0);

        assertThat(restoration.all()).isEmpty();
        assertThat(gauge()).isZero();
    }

    private double gauge() {
        return metrics.get("analytics.restore.remaining.records")
                .tag("store", "visits")
                .gauge()
                .value();
    }
}
