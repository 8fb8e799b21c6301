package millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import millrace.bench.load.LoadResult;

/**
 * Measurement of one server under one load: a row of the table.
 *
 * @param events number of events processed in the processor time
 * @param memory bytes of the server at the end
 * @param appended comparison of the appended records with the acknowledged events
 */
record IngestMeasurement(String server, String load, LoadResult result, double events, long memory, String appended) {
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
            us/event: of the server. Cores: used by the server, the broker and the load generator beside it. MiB: memory of
            the server at the end of the load, by proportional set size. In the log: whether as many events were appended as
            were answered with success.
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
            "%.1f".formatted(events == 0 ? 0 : seconds(result.cpu().servers()) * 1_000_000 / events),
            cores(result.cpu().servers()),
            cores(result.cpu().broker()),
            cores(result.cpu().load()),
            "%d".formatted(memory >> 20),
            appended,
            result.errors().entrySet().stream()
                    .map(error -> "%s: %,d".formatted(error.getKey(), error.getValue()))
                    .collect(Collectors.joining(", "))
        };
    }

    private String cores(Duration used) {
        return "%.2f".formatted(seconds(used) / seconds(result.time()));
    }

    private static String millis(long micros) {
        return "%.1f".formatted(micros / 1000.0);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
