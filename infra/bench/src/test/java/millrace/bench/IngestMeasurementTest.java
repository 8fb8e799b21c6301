package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import millrace.bench.load.LoadResult;
import org.junit.jupiter.api.Test;

/** Texts of a measurement, and of the ratio of two. */
class IngestMeasurementTest {
    private static final LoadResult RESULT =
            new LoadResult(45_678.4, 6_149, 14_000, 25_049, 98_765, Map.of("429", 12L, "no answer", 3L), 500_000, 300);

    @Test
    void a_row_has_milliseconds_microseconds_an_event_and_cores() {
        var cpu = new CpuTime(Duration.ofSeconds(9), Duration.ofSeconds(4), Duration.ofMillis(6_500));

        var row = row("edge", "512 connections", RESULT, cpu);

        assertThat(row.cells())
                .startsWith("512 connections", "edge", "45,678", "6.1", "14.0", "25.0", "98.8", "19.7")
                .contains("0.90", "0.40", "0.65", "250", "all")
                .hasSameSizeAs(IngestMeasurement.HEADER);
        assertThat(row.cells()[row.cells().length - 1]).contains("429: 12", "no answer: 3");
    }

    @Test
    void the_log_must_hold_acknowledged_events_and_may_hold_unanswered_ones() {
        assertThat(IngestMeasurement.appended(500_000, RESULT)).isEqualTo("all");
        assertThat(IngestMeasurement.appended(500_300, RESULT)).isEqualTo("all, and 300 not acknowledged");
        assertThat(IngestMeasurement.appended(500_301, RESULT)).isEqualTo("+301");
        assertThat(IngestMeasurement.appended(499_999, RESULT)).isEqualTo("-1");
    }

    @Test
    void only_loads_that_both_had_are_compared() {
        var loads =
                List.of(LoadScenario.closedLoop(32), LoadScenario.closedLoop(512), LoadScenario.openLoop(5_000, 256));
        var half = new LoadResult(22_839.2, 0, 0, 0, 0, Map.of(), 0, 0);
        var none = new CpuTime(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        var rows = List.of(
                row("edge", "32 connections", RESULT, none),
                row("edge", "512 connections", RESULT, none),
                row("node", "512 connections", half, none),
                row("edge", "5,000/s", RESULT, none),
                row("node", "5,000/s", RESULT, none));

        assertThat(new SpeedRatios(rows, loads).text()).containsExactly("edge / node   2.00 at 512 connections");
    }

    private static IngestMeasurement row(String server, String load, LoadResult result, CpuTime cpu) {
        return new IngestMeasurement(server, load, result, 456_784, cpu, Duration.ofSeconds(10), 250 << 20, "all");
    }
}
