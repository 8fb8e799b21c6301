package millrace.bench;

import java.time.Duration;
import java.util.stream.Collectors;
import millrace.bench.load.LoadResult;

/**
 * What one server did under one load.
 *
 * @param cpu of the measured time
 * @param resident bytes in memory of the server at its end
 * @param kept what the log holds of it
 */
record Row(String server, String load, LoadResult result, Duration measured, Cpu cpu, long resident, String kept) {
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
        var events = result.eventsPerSecond() * seconds(measured);
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

    private String cores(Duration time) {
        return "%.2f".formatted(seconds(time) / seconds(measured));
    }

    private static String millis(long micros) {
        return "%.1f".formatted(micros / 1000.0);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
