package millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import millrace.bench.load.LoadResult;

/**
 * Measurement of one server under one load.
 *
 * @param events number of events processed in the processor time
 * @param cpu processor time used in {@code time}
 * @param resident resident bytes of the server at the end
 * @param appended comparison of the appended records with the acknowledged events
 */
record IngestMeasurement(
        String server,
        String load,
        LoadResult result,
        double events,
        CpuTime cpu,
        Duration time,
        long resident,
        String appended) {
    /** Headings of {@link #cells}. */
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
    /** Explains the headings. */
    static final List<String> LEGEND = """
            N connections: closed loop, each connection sends its next request after a response. N/s: constant rate over 256
            connections, independent of the responses; latency counts from the due time. Batches: over 32 connections. CPU
            us/event: of the server. Cores: used by the server, the broker and the load generator beside it. MiB: resident
            at the end of the load. In the log: whether as many events were appended as were answered with success.
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
            appended,
            errors()
        };
    }

    /** Returns the processor time of the server per event, in microseconds. */
    double microsPerEvent() {
        return events == 0 ? 0 : seconds(cpu.server()) * 1_000_000 / events;
    }

    /** Compares the number of appended records with the acknowledged events: {@code all}, or the difference. */
    static String appended(long grown, LoadResult result) {
        if (grown == result.accepted()) {
            return "all";
        }
        if (grown > result.accepted() && grown <= result.accepted() + result.unknown()) {
            return "all, and %,d not acknowledged".formatted(grown - result.accepted());
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
