package millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import millrace.bench.load.LoadResult;

/**
 * What one server did under one load.
 *
 * @param events that the processor time was used for
 * @param cpu used in the given time
 * @param resident bytes in memory of the server at its end
 * @param kept what the log holds of it
 */
record IngestMeasurement(
        String server,
        String load,
        LoadResult result,
        double events,
        CpuTime cpu,
        Duration time,
        long resident,
        String kept) {
    /** What each value of {@link #cells} is. */
    static final String[] HEADER = {
        "load",
        "server",
        "events/s",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "max ms",
        "CPU us/event",
        "cores: server",
        "broker",
        "load gen",
        "MiB",
        "in the log",
        "errors"
    };
    /** What needs to be said of them. */
    static final List<String> LEGEND = """
            N connections: each sends its next request when one is answered. N/s: that rate, whatever the answers do, over
            256 connections, and latency from when a request was due. Batches: over 32 connections. CPU us/event: of the
            server. Cores: used by the server, the broker and the load generator beside it. MiB: resident, at the end of the
            load. In the log: whether it grew by exactly the events that were answered with success.
            """.lines().toList();

    String[] cells() {
        return new String[] {
            load,
            server,
            "%,.0f".formatted(result.eventsPerSecond()),
            millis(result.p50Micros()),
            millis(result.p99Micros()),
            millis(result.p999Micros()),
            millis(result.maxMicros()),
            "%.1f".formatted(microsPerEvent()),
            cores(cpu.server()),
            cores(cpu.broker()),
            cores(cpu.load()),
            "%d".formatted(resident >> 20),
            kept,
            errors()
        };
    }

    /** Of the server alone. */
    double microsPerEvent() {
        return events == 0 ? 0 : seconds(cpu.server()) * 1_000_000 / events;
    }

    /** How the log's growth compares with what was answered for. */
    static String kept(long grown, LoadResult result) {
        if (grown == result.accepted()) {
            return "all";
        }
        if (grown > result.accepted() && grown <= result.accepted() + result.unknown()) {
            return "all, and %,d not answered for".formatted(grown - result.accepted());
        }
        return "%+,d".formatted(grown - result.accepted());
    }

    private String errors() {
        return result.errors().entrySet().stream()
                .map(error -> "%s: %,d".formatted(error.getKey(), error.getValue()))
                .collect(Collectors.joining(", "));
    }

    private String cores(Duration used) {
        return "%.2f".formatted(seconds(used) / seconds(time));
    }

    private static String millis(long micros) {
        return "%.1f".formatted(micros / 1000.0);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
