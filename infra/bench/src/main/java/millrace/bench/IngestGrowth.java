package millrace.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Measures the growth of the edge alone: it varies one parameter at a time. */
final class IngestGrowth {
    private static final List<Integer> CONNECTIONS = List.of(32, 64, 128, 256, 512, 1024);
    private static final List<Integer> BATCHES = List.of(1, 10, 100, 500);
    private static final List<Integer> BYTES = List.of(300, LoadScenario.EVENT_BYTES, 4 << 10, 16 << 10);
    private static final List<Integer> VISITORS = List.of(1, 100, LoadScenario.VISITORS);
    private static final List<Integer> PARTITIONS = List.of(1, 3, 12);
    private static final List<String> COMPRESSIONS = List.of("none", "lz4", "zstd");
    private static final List<Integer> PROCESSES = List.of(1, 2);
    /** Load of the runs that do not vary it. */
    private static final LoadScenario DEFAULT = LoadScenario.closedLoop(256);

    private static final int BATCH_CONNECTIONS = 32;

    private final IngestTestBed bed;
    private final ProjectCommands project;
    private final LoadTiming timing;
    private final BenchmarkProgress progress;
    private final TextTable table = new TextTable(IngestMeasurement.HEADER);

    IngestGrowth(IngestTestBed bed, ProjectCommands project, LoadTiming timing, PrintWriter out) {
        this.bed = bed;
        this.project = project;
        this.timing = timing;
        var restarts = PARTITIONS.size() + COMPRESSIONS.size() + PROCESSES.size();
        this.progress = new BenchmarkProgress(out, 1 + loads().size() + 2 * restarts, timing.all());
    }

    /** @return lines of the report */
    List<String> run() {
        measure(project.edge(), 1, bed.clicks().partitions(), loads());
        PROCESSES.forEach(count -> {
            var load = LoadScenario.closedLoop(512).named("%d processes, 512 connections".formatted(count));
            measure(project.edge(), count, bed.clicks().partitions(), List.of(load));
        });
        PARTITIONS.forEach(
                count -> measure(project.edge(), 1, count, List.of(DEFAULT.named("%d partitions".formatted(count)))));
        COMPRESSIONS.forEach(type -> measure(
                project.edge("compression.type", type),
                1,
                bed.clicks().partitions(),
                List.of(DEFAULT.named("compression " + type))));
        return Stream.concat(table.text().stream(), IngestMeasurement.LEGEND.stream())
                .toList();
    }

    private static List<LoadScenario> loads() {
        var loads = new ArrayList<LoadScenario>();
        CONNECTIONS.forEach(count -> loads.add(LoadScenario.closedLoop(count)));
        BATCHES.forEach(events -> loads.add(LoadScenario.batches(events, BATCH_CONNECTIONS)));
        BYTES.forEach(bytes -> loads.add(DEFAULT.withEventBytes(bytes).named("%,d bytes".formatted(bytes))));
        VISITORS.forEach(count -> loads.add(DEFAULT.withVisitors(count).named("%,d visitors".formatted(count))));
        return loads;
    }

    private void measure(ServerVariant variant, int processes, int partitions, List<LoadScenario> loads) {
        progress.next("start and warm-up");
        bed.clicks().empty(partitions);
        var servers =
                IntStream.range(0, processes).mapToObj(i -> bed.start(variant)).toList();
        try {
            bed.warmUp(servers, loads, timing);
            for (var load : loads) {
                progress.next(load.name());
                table.add(bed.measure(servers, load, timing).cells());
            }
        } finally {
            servers.forEach(RunningServer::close);
        }
    }
}
