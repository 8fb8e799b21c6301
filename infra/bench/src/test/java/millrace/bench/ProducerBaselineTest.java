package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Output of ProducerPerformance. */
class ProducerBaselineTest {
    @Test
    void the_last_summary_counts_which_is_without_the_warm_up() {
        var summary = ProducerBaseline.summary("""
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
        assertThat(ProducerBaseline.summary("Exception in thread main")).isEmpty();
    }
}
