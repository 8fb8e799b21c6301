package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import millrace.bench.load.CpuTime;
import millrace.bench.load.Load;
import millrace.bench.load.LoadResult;
import org.junit.jupiter.api.Test;

/** Texts of a measurement, and what is chosen and compared of several. */
class IngestBenchmarkTest {
    private static final CpuTime CPU =
            new CpuTime(Duration.ofSeconds(9), Duration.ofSeconds(4), Duration.ofMillis(6_500));

    @Test
    void a_row_has_milliseconds_microseconds_an_event_and_cores() {
        var cells = row("edge", "512 connections", 45_678.4).cells();

        assertThat(cells)
                .startsWith("512 connections", "edge", "45,678", "6.1", "14.0", "25.0", "98.8", "19.7")
                .contains("0.90", "0.40", "0.65", "250", "all")
                .hasSameSizeAs(IngestMeasurement.HEADER);
        assertThat(cells[cells.length - 1]).contains("429: 12", "no answer: 3");
    }

    @Test
    void the_log_must_hold_acknowledged_events_and_may_hold_unanswered_ones() {
        var result = result(1);

        assertThat(result.appended(500_000)).isEqualTo("all");
        assertThat(result.appended(500_300)).isEqualTo("all, and 300 not acknowledged");
        assertThat(result.appended(500_301)).isEqualTo("+301");
        assertThat(result.appended(499_999)).isEqualTo("-1");
    }

    @Test
    void of_several_runs_the_median_counts() {
        var rows = List.of(row("edge", "a", 7), row("edge", "a", 9), row("edge", "a", 1), row("node", "a", 8));

        assertThat(IngestBenchmark.median(rows, row -> row.server().equals("edge")))
                .contains(rows.getFirst());
        assertThat(IngestBenchmark.median(rows, row -> row.server().equals("http")))
                .isEmpty();
    }

    @Test
    void only_loads_that_both_had_are_compared() {
        var loads = List.of(Load.closedLoop(32), Load.closedLoop(512), Load.openLoop(5_000, 256));
        var rows = List.of(
                row("edge", "32 connections", 100),
                row("edge", "512 connections", 100),
                row("node", "512 connections", 50),
                row("edge", "5,000/s", 100),
                row("node", "5,000/s", 100));

        assertThat(IngestBenchmark.ratios(rows, loads)).containsExactly("edge / node   2.00 at 512 connections");
    }

    private static LoadResult result(double perSecond) {
        var errors = Map.of("429", 12L, "no answer", 3L);
        return new LoadResult(
                perSecond, 6_149, 14_000, 25_049, 98_765, errors, 500_000, 300, Duration.ofSeconds(10), CPU);
    }

    private static IngestMeasurement row(String server, String load, double perSecond) {
        return new IngestMeasurement(server, load, result(perSecond), 456_784, 250 << 20, "all");
    }
}
