package millrace.analytics.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreMonitorTest {
    private static final TopicPartition ZERO = new TopicPartition("changelog", 0);
    private static final TopicPartition ONE = new TopicPartition("changelog", 1);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final RestoreMonitor monitor = new RestoreMonitor(metrics);

    @Test
    void what_remains_is_counted_in_offsets_over_all_partitions_of_a_store() {
        monitor.onRestoreStart(ZERO, "visits", 100, 200);
        monitor.onRestoreStart(ONE, "visits", 0, 50);
        monitor.onBatchRestored(ZERO, "visits", 129, 25);

        assertThat(monitor.all())
                .containsExactly(
                        new StoreRestoreProgress("visits", 0, 30, 100), new StoreRestoreProgress("visits", 1, 0, 50));
        assertThat(gauge()).isEqualTo(120);
    }

    @Test
    void nothing_remains_at_the_end_although_transaction_markers_are_no_records() {
        monitor.onRestoreStart(ZERO, "visits", 100, 200);
        monitor.onBatchRestored(ZERO, "visits", 198, 60);
        monitor.onRestoreEnd(ZERO, "visits", 60);

        assertThat(gauge()).isZero();
    }

    @Test
    void a_partition_that_moved_to_another_instance_is_not_counted() {
        monitor.onRestoreStart(ZERO, "visits", 100, 200);
        monitor.onRestoreSuspended(ZERO, "visits", 0);

        assertThat(monitor.all()).isEmpty();
        assertThat(gauge()).isZero();
    }

    private double gauge() {
        return metrics.get("analytics.restore.remaining.records")
                .tag("store", "visits")
                .gauge()
                .value();
    }
}
