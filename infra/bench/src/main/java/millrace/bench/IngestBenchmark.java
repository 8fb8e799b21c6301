package millrace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import millrace.bench.IngestBed.Contender;
import millrace.bench.load.Load;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/bench ingest}: throughput and latency of the edge, beside baselines and other implementations. */
@Command(
        name = "ingest",
        description = {
            "Measures how many events a second the edge accepts and Kafka acknowledges, beside an empty endpoint of the"
                    + " same server (http), Kafka's own measuring tool (log), an edge of npm packages (node) and a simple edge"
                    + " without validation (naive).",
            "At a constant rate, latency counts from the due time of a request, not from its sending."
        })
final class IngestBenchmark extends Scenario {
    private static final String EDGE = "edge";
    private static final String HTTP = "http";
    /** Accepts no requests: see {@link KafkaTools}. */
    private static final String LOG = "log";

    private static final String NODE = "node";
    private static final String NAIVE = "naive";
    private static final List<String> ALL = List.of(EDGE, HTTP, LOG, NODE, NAIVE);

    private static final int OPEN_LOOP_CONNECTIONS = 256;
    private static final int BATCH_CONNECTIONS = 32;
    private static final int BATCH = 100;

    /** Load of the runs of the growth that do not vary it. */
    private static final Load USUAL = Load.closedLoop(256);

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "10", description = "Measured seconds. Default: 10.")
    private int seconds;

    @Option(names = "--warmup", paramLabel = "N", defaultValue = "5", description = "Seconds of warm-up. Default: 5.")
    private int warmup;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Any of edge, http, log, node, naive. Default: all.")
    private List<String> only = ALL;

    @Option(
            names = "--connections",
            paramLabel = "N",
            split = ",",
            defaultValue = "32,128,512",
            description = "Connections of the closed loops. Default: ${DEFAULT-VALUE}.")
    private List<Integer> connections;

    @Option(
            names = "--rates",
            paramLabel = "N",
            split = ",",
            defaultValue = "5000,20000",
            description = "Events a second of the open loops. Default: ${DEFAULT-VALUE}.")
    private List<Integer> rates;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Runs of each server, which take turns; the table has the one with the median throughput of"
                    + " each load. Default: 1.")
    private int runs;

    @Option(
            names = "--quick",
            description = "Only edge and http for a second each: a test of the benchmark, not a measurement.")
    private boolean quick;

    @Option(
            names = "--growth",
            description = "Measure the growth of the edge alone: with connections, batches, sizes, keys and processes.")
    private boolean growth;

    private final List<String> missing = new ArrayList<>();
    private BenchmarkProgress progress;
    private ClicksTopic clicks;
    private IngestBed ingest;

    IngestBenchmark(BenchmarkShutdown stop) {
        super(stop);
    }

    @Override
    void check() {
        requireKnown("--only", only, ALL);
        require(seconds > 0 && warmup >= 0, "--seconds and --warmup are times; expected 1 or more, and 0 or more.");
        require(runs > 0, "--runs is a count; expected 1 or more.");
        require(
                connections.stream().allMatch(count -> count > 0),
                "--connections contains a number below 1; expected 1 or more.");
        require(rates.stream().allMatch(rate -> rate > 0), "--rates contains a number below 1; expected 1 or more.");
    }

    @Override
    void measure() {
        if (quick) {
            seconds = 1;
            warmup = 1;
            only = List.of(EDGE, HTTP);
        }
        print("events   %d bytes, %,d visitors; %d s of warm-up, %d s measured"
                .formatted(Load.EVENT_BYTES, Load.VISITORS, warmup, seconds));
        printProgress("Starting Kafka");
        var time = Duration.ofSeconds(seconds);
        try (var bed = TestBed.open(project(), stop());
                var topic = new ClicksTopic(bed)) {
            clicks = topic;
            ingest = new IngestBed(bed, topic, Duration.ofSeconds(warmup), time);
            if (growth) {
                measureGrowth(bed.project());
            } else {
                compare(bed);
            }
        }
    }

    private void compare(TestBed bed) {
        var loads = loads();
        var servers = ALL.stream().filter(only::contains).toList();
        progress = progress(runs
                * servers.stream()
                        .mapToInt(name -> name.equals(LOG) ? 1 : 1 + loads.size())
                        .sum());
        var rows = new ArrayList<IngestMeasurement>();
        for (var run = 0; run < runs; run++) {
            servers.forEach(name -> rows.addAll(measureIfPossible(bed, name, loads)));
        }
        var names = Stream.concat(loads.stream().map(Load::name), Stream.of(KafkaTools.PRODUCER))
                .toList();
        var medians = names.stream()
                .flatMap(load -> ALL.stream().flatMap(server -> median(rows, row -> isOf(row, server, load)).stream()))
                .toList();
        printTable(medians);
        print("");
        ratios(medians, loads).forEach(this::print);
        missing.stream().distinct().forEach(this::print);
    }

    private List<Load> loads() {
        var loads = new ArrayList<Load>();
        connections.forEach(count -> loads.add(Load.closedLoop(count)));
        rates.forEach(rate -> loads.add(Load.openLoop(rate, OPEN_LOOP_CONNECTIONS)));
        loads.add(Load.batches(BATCH, BATCH_CONNECTIONS));
        return loads;
    }

    /** A server that cannot be measured, such as one that Node.js is missing for, is named below the table. */
    private List<IngestMeasurement> measureIfPossible(TestBed bed, String name, List<Load> loads) {
        try {
            clicks.empty();
            if (name.equals(LOG)) {
                progress.next("log");
                return List.of(
                        new KafkaTools(bed).produce(clicks, Duration.ofSeconds(warmup), Duration.ofSeconds(seconds)));
            }
            progress.next(name + ": start and warm-up");
            return ingest.measure(contender(bed, name), loads, load -> progress.next(name + ": " + load));
        } catch (BenchmarkException e) {
            stop().check();
            progress.print(e.getMessage());
            missing.add(name + ": " + e.getMessage());
            return List.of();
        }
    }

    private static Contender contender(TestBed bed, String name) {
        var project = bed.project();
        return switch (name) {
            case EDGE -> edge(project);
            case HTTP -> new Contender(HTTP, project.java(EmptyEndpoint.class.getName()), 1, false);
            case NODE -> Contender.writing(NODE, new NodeEdge(bed).command());
            case NAIVE -> Contender.writing(NAIVE, project.naive());
            default -> throw new IllegalArgumentException("There is no server " + name + ".");
        };
    }

    private static Contender edge(ProjectCommands project) {
        return Contender.writing(EDGE, project.service(ProjectCommands.EDGE_PROCESS));
    }

    /** Varies one parameter at a time. */
    private void measureGrowth(ProjectCommands project) {
        var edge = edge(project);
        var loads = new ArrayList<Load>();
        Stream.of(32, 64, 128, 256, 512, 1024).forEach(count -> loads.add(Load.closedLoop(count)));
        Stream.of(1, 10, 100, 500).forEach(events -> loads.add(Load.batches(events, BATCH_CONNECTIONS)));
        Stream.of(300, Load.EVENT_BYTES, 4 << 10, 16 << 10)
                .forEach(bytes -> loads.add(USUAL.withEventBytes(bytes).named("%,d bytes".formatted(bytes))));
        Stream.of(1, 100, Load.VISITORS)
                .forEach(count -> loads.add(USUAL.withVisitors(count).named("%,d visitors".formatted(count))));
        progress = progress(loads.size() + 1 + 2 * 8);
        var rows = new ArrayList<>(measureFresh(edge, loads));
        for (var count : List.of(1, 2)) {
            var load = Load.closedLoop(512).named("%d processes, 512 connections".formatted(count));
            rows.addAll(measureFresh(new Contender(EDGE, edge.command(), count, true), List.of(load)));
        }
        for (var count : List.of(1, 3, 12)) {
            clicks.empty(count);
            rows.addAll(measure(edge, List.of(USUAL.named("%d partitions".formatted(count)))));
        }
        for (var type : List.of("none", "lz4", "zstd")) {
            var compressing = Contender.writing(EDGE, project.edgeWith("compression.type", type));
            rows.addAll(measureFresh(compressing, List.of(USUAL.named("compression " + type))));
        }
        printTable(rows);
    }

    private List<IngestMeasurement> measureFresh(Contender contender, List<Load> loads) {
        clicks.empty();
        return measure(contender, loads);
    }

    private List<IngestMeasurement> measure(Contender contender, List<Load> loads) {
        progress.next("start and warm-up");
        return ingest.measure(contender, loads, progress::next);
    }

    private BenchmarkProgress progress(int steps) {
        return new BenchmarkProgress(this::printProgress, steps, Duration.ofSeconds(warmup + seconds));
    }

    private void printTable(List<IngestMeasurement> rows) {
        print("");
        var table = new TextTable(IngestMeasurement.HEADER);
        rows.forEach(row -> table.add(row.cells()));
        table.text().forEach(this::print);
        IngestMeasurement.LEGEND.forEach(this::print);
    }

    /** Returns the measurement with the median throughput; of an even number the higher of the two in the middle. */
    static Optional<IngestMeasurement> median(List<IngestMeasurement> rows, Predicate<IngestMeasurement> which) {
        var sorted = rows.stream()
                .filter(which)
                .sorted(Comparator.comparingDouble(row -> row.result().eventsPerSecond()))
                .toList();
        return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get(sorted.size() / 2));
    }

    /**
     * Returns the ratios of the edge to each other server, by load. Loads with a constant rate are left out, because all
     * servers have equal throughput there.
     */
    static List<String> ratios(List<IngestMeasurement> rows, List<Load> loads) {
        var lines = new ArrayList<String>();
        for (var other : List.of(NODE, NAIVE, HTTP)) {
            var ratios = loads.stream()
                    .filter(load -> load.rate() == 0)
                    .flatMap(load -> ratio(rows, other, load.name()).stream())
                    .toList();
            if (!ratios.isEmpty()) {
                lines.add("edge / %-6s %s".formatted(other, String.join(", ", ratios)));
            }
        }
        return lines;
    }

    private static Optional<String> ratio(List<IngestMeasurement> rows, String other, String load) {
        return speed(rows, EDGE, load)
                .flatMap(edge -> speed(rows, other, load).map(speed -> "%.2f at %s".formatted(edge / speed, load)));
    }

    private static Optional<Double> speed(List<IngestMeasurement> rows, String server, String load) {
        return rows.stream()
                .filter(row -> isOf(row, server, load))
                .map(row -> row.result().eventsPerSecond())
                .filter(speed -> speed > 0)
                .findFirst();
    }

    private static boolean isOf(IngestMeasurement row, String server, String load) {
        return row.server().equals(server) && row.load().equals(load);
    }
}
