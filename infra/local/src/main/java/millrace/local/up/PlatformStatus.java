package millrace.local.up;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import millrace.local.up.TrafficMonitor.Lag;

/** State of the processes as a table and as a status line. */
final class PlatformStatus {
    private static final long LARGE_LAG = 100;

    private final ProcessSupervisor processes;
    private final TrafficMonitor traffic;
    private Instant lastCounted = Instant.now();
    private OptionalLong lastEvents = OptionalLong.empty();
    private Map<String, Lag> lastLags = Map.of();

    PlatformStatus(ProcessSupervisor processes, TrafficMonitor traffic) {
        this.processes = processes;
        this.traffic = traffic;
    }

    /** Table of process, address, memory and the time that each process took to become ready. */
    static String table(ProcessSupervisor processes) {
        var lines = new StringBuilder(row("process", "address", "memory", "ready after"));
        var sum = 0L;
        for (var process : processes.all()) {
            var memory = ProcessMemory.of(process.process());
            sum += memory;
            lines.append(row(
                    process.name(),
                    process.address(),
                    ProcessMemory.text(memory),
                    process.readyAfter().map(SupervisedProcess::seconds).orElse("–")));
        }
        return lines.append(row("together", "", ProcessMemory.text(sum), ""))
                .toString()
                .stripTrailing();
    }

    /** Status line: events, orders, consumer lags, and each process that is not up or was restarted. */
    String line(Instant now) throws InterruptedException {
        var well = processes.all().stream()
                .filter(process ->
                        !process.description(now).equals(SupervisedProcess.State.UP.word()) || process.restarts() > 0)
                .map(process -> "  " + process.name() + " " + state(process, now))
                .collect(joining());
        return counts(now) + well;
    }

    private String counts(Instant now) throws InterruptedException {
        try {
            var counts = traffic.count();
            var added = counts.events() - lastEvents.orElse(counts.events());
            var seconds = Duration.between(lastCounted, now).toMillis() / 1000.0;
            lastEvents = OptionalLong.of(counts.events());
            lastCounted = now;
            var before = lastLags;
            lastLags = counts.lags();
            var lags = counts.lags().entrySet().stream()
                    .map(lag -> lag(lag.getKey(), lag.getValue(), before.getOrDefault(lag.getKey(), Lag.NONE), seconds))
                    .collect(joining(", "));
            return String.format(
                    Locale.ROOT,
                    "events in %,d (%.0f/s)  orders %,d  lag: %s",
                    counts.events(),
                    added / Math.max(0.1, seconds),
                    counts.orders(),
                    lags);
        } catch (TimeoutException | ExecutionException e) {
            return "the broker does not answer";
        }
    }

    /** A lag; a large one also in seconds, and with the time in which its consumer catches up, or with its growth. */
    static String lag(String consumer, Lag lag, Lag before, double seconds) {
        var text = String.format(Locale.ROOT, "%s %,d", consumer, lag.records());
        if (lag.records() < LARGE_LAG) {
            return text;
        }
        var growth = (lag.records() - before.records()) / Math.max(0.1, seconds);
        var trend = "";
        if (growth < 0) {
            trend = String.format(Locale.ROOT, ", caught up in %,.0f s", Math.ceil(lag.records() / -growth));
        } else if (growth > 0) {
            trend = String.format(Locale.ROOT, ", +%,.0f/s", growth);
        }
        return String.format(Locale.ROOT, "%s (%,.0f s behind%s)", text, lag.seconds(), trend);
    }

    private static String state(SupervisedProcess process, Instant now) {
        var restarts = process.restarts() == 0 ? "" : " (restarted " + process.restarts() + "×)";
        return process.description(now) + restarts;
    }

    private static String row(String process, String address, String memory, String readyAfter) {
        return "%-11s  %-22s  %9s  %11s"
                        .formatted(process, address, memory, readyAfter)
                        .stripTrailing() + "\n";
    }
}
