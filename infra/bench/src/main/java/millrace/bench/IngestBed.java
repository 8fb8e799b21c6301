package millrace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import millrace.bench.load.Load;
import millrace.bench.load.LoadGenerator;
import millrace.bench.load.LoadPlan;
import millrace.bench.load.LoadResult;
import millrace.bench.load.ProcessUsage;
import millrace.events.Json;

/** Measures servers that accept the events of the edge, each alone on the platform, by the load generator. */
final class IngestBed {
    private static final List<String> JVM =
            List.of("-XX:+UseSerialGC", "-Xms128m", "-Xmx128m", "-XX:MaxDirectMemorySize=512m", "-Xss512k");

    private final TestBed bed;
    private final ClicksTopic clicks;
    private final Duration warmup;
    private final Duration measured;

    /** @param warmup time of each load before its measured time */
    IngestBed(TestBed bed, ClicksTopic clicks, Duration warmup, Duration measured) {
        this.bed = bed;
        this.clicks = clicks;
        this.warmup = warmup;
        this.measured = measured;
    }

    /** A number of processes of one server, which share the load. */
    record Contender(String name, String command, int processes, boolean writesToLog) {
        static Contender writing(String name, String command) {
            return new Contender(name, command, 1, true);
        }
    }

    /**
     * Starts the servers, warms them up, and measures them under each load.
     *
     * @param onLoad called with the name of each load before it begins
     */
    List<IngestMeasurement> measure(Contender contender, List<Load> loads, Consumer<String> onLoad) {
        var servers = new ArrayList<BenchmarkProcess>();
        try {
            IntStream.range(0, contender.processes())
                    .forEach(number ->
                            servers.add(bed.startServer(contender.name() + "-" + (number + 1), contender.command())));
            run(servers, hardest(loads), warmup);
            var rows = new ArrayList<IngestMeasurement>();
            for (var load : loads) {
                onLoad.accept(load.name());
                rows.add(measure(contender, servers, load));
            }
            return rows;
        } finally {
            servers.forEach(BenchmarkProcess::close);
        }
    }

    private IngestMeasurement measure(Contender contender, List<BenchmarkProcess> servers, Load load) {
        var before = contender.writesToLog() ? clicks.records() : 0;
        var result = run(servers, load, measured);
        return new IngestMeasurement(
                contender.name(),
                load.name(),
                result,
                result.eventsPerSecond() * measured.toSeconds(),
                servers.stream()
                        .map(BenchmarkProcess::usage)
                        .mapToLong(ProcessUsage::memory)
                        .sum(),
                contender.writesToLog() ? result.appended(clicks.records() - before) : "");
    }

    /** The load with the most connections warms up the server: a light load would take too long. */
    private static Load hardest(List<Load> loads) {
        return loads.stream()
                .filter(load -> load.rate() == 0 && load.batch() == 0)
                .max(Comparator.comparing(Load::connections))
                .orElse(loads.getFirst());
    }

    private LoadResult run(List<BenchmarkProcess> servers, Load load, Duration time) {
        var plan = new LoadPlan(
                load,
                servers.stream().map(BenchmarkProcess::port).toList(),
                bed.writeKey(),
                servers.stream().map(BenchmarkProcess::pid).toList(),
                bed.brokerPid(),
                warmup,
                time);
        var command = "exec java %s -cp '%s' %s"
                .formatted(String.join(" ", JVM), System.getProperty("java.class.path"), LoadGenerator.class.getName());
        var output = TestBed.result(
                () -> bed.run(
                        "load",
                        command,
                        Map.of(LoadGenerator.PLAN, Json.MAPPER.writeValueAsString(plan)),
                        warmup.plus(time).plusSeconds(60)),
                load.name());
        var result = output.lines().filter(line -> line.startsWith("{")).reduce((first, last) -> last);
        return TestBed.result(
                () -> Json.MAPPER.readValue(result.orElseThrow(), LoadResult.class),
                "The result of the load generator cannot be read");
    }
}
