package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import millrace.bench.load.CpuTime;
import millrace.bench.load.LoadResult;
import org.junit.jupiter.api.Test;

/** Output of ProducerPerformance and ConsumerPerformance. */
class KafkaToolsTest {
    private static final String SAID = """
            start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms,\
             fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec
            2026-11-22 09:00:48:831, 2026-11-22 09:00:50:470, 26.2120, 15.9927, 50000, 30506.4063, 683, 956, 27.4184,\
             52301.2552
            """;

    @Test
    void the_last_summary_counts_which_is_without_the_warm_up() {
        var summary = produced("""
                Warmup first 43851 records. Steady state results will print after the complete test summary.
                In steady state.
                9133 records sent, 1826.6 records/sec (1.28 MB/sec), 4442.0 ms avg latency, 4929.0 ms max latency.
                87702 records sent, 6625.519378 records/sec (4.64 MB/sec), 3663.58 ms avg latency, 5012.00 ms max latency,\
                 4030 ms 50th, 4472 ms 95th, 4754 ms 99th, 5011 ms 99.9th.
                43851 steady state records sent, 5080.050973 records/sec (3.56 MB/sec), 4250.88 ms avg latency,\
                 5012.00 ms max latency, 4271 ms 50th, 4611 ms 95th, 4881 ms 99th, 5010 ms 99.9th.
                """);

        assertThat(summary).hasValueSatisfying(figures -> {
            assertThat(figures.eventsPerSecond()).isBetween(5080.0, 5081.0);
            assertThat(figures.p50Micros()).isEqualTo(4_271_000);
            assertThat(figures.p99Micros()).isEqualTo(4_881_000);
            assertThat(figures.p999Micros()).isEqualTo(5_010_000);
            assertThat(figures.maxMicros()).isEqualTo(5_012_000);
        });
    }

    @Test
    void output_without_a_summary_has_none() {
        assertThat(produced("Exception in thread main")).isEmpty();
    }

    @Test
    void the_time_until_it_has_its_partitions_does_not_count() {
        assertThat(KafkaTools.consumed(SAID, 50_000)).hasValue(52301.2552);
    }

    @Test
    void an_incomplete_read_is_no_measurement() {
        assertThat(KafkaTools.consumed(SAID, 50_001)).isEmpty();
        assertThat(KafkaTools.consumed("Exiting before consuming the expected number of records", 1))
                .isEmpty();
    }

    private static Optional<LoadResult> produced(String output) {
        return KafkaTools.produced(output, 1, Duration.ZERO, new CpuTime(Duration.ZERO, Duration.ZERO, Duration.ZERO));
    }
}
