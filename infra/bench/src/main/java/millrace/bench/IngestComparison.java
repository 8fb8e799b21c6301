package millrace.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Measures every server variant under every load, one after the other, and reports the results side by side. */
final class IngestComparison {
    private final IngestTestBed bed;
    private final ProjectCommands project;
    private final LoadTiming timing;
    private final BenchmarkShutdown stop;
    private final PrintWriter out;
    private final List<IngestMeasurement> rows = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    IngestComparison(
            IngestTestBed bed, ProjectCommands project, LoadTiming timing, BenchmarkShutdown stop, PrintWriter out) {
        this.bed = bed;
        this.project = project;
        this.timing = timing;
        this.stop = stop;
        this.out = out;
    }

    /** @return lines of the report */
    List<String> run(List<String> names, List<LoadScenario> loads) {
        var progress = new BenchmarkProgress(out, steps(names, loads), timing.all());
        for (var name : IngestBenchmark.ALL) {
            if (names.contains(name)) {
                measureIfPossible(name, loads, progress);
            }
        }
        return report(loads);
    }

    private void measureIfPossible(String name, List<LoadScenario> loads, BenchmarkProgress progress) {
        try {
            bed.clicks().empty();
            measure(name, loads, progress);
        } catch (BenchmarkException e) {
            stop.check();
            progress.print(e.getMessage());
            missing.add(name + ": " + e.getMessage());
        }
    }

    private void measure(String name, List<LoadScenario> loads, BenchmarkProgress progress) {
        if (name.equals(ServerVariant.LOG)) {
            progress.next("log");
            rows.add(new ProducerBaseline(bed, project, stop).measure(timing));
            return;
        }
        progress.next(name + ": start and warm-up");
        try (var server = bed.start(variant(name))) {
            var servers = List.of(server);
            bed.warmUp(servers, loads, timing);
            for (var load : loads) {
                progress.next(name + ": " + load.name());
                rows.add(bed.measure(servers, load, timing));
            }
        }
    }

    private ServerVariant variant(String name) {
        return switch (name) {
            case ServerVariant.EDGE -> project.edge();
            case ServerVariant.HTTP -> project.http();
            case ServerVariant.NODE -> new NodeEdge(project, stop).variant();
            case ServerVariant.NAIVE -> project.naive();
            default -> throw new IllegalArgumentException("There is no server variant " + name + ".");
        };
    }

    private List<String> report(List<LoadScenario> loads) {
        var table = new TextTable(IngestMeasurement.HEADER);
        loads.forEach(load -> add(table, row -> row.load().equals(load.name())));
        add(table, row -> row.server().equals(ServerVariant.LOG));
        var lines = new ArrayList<>(table.text());
        lines.addAll(IngestMeasurement.LEGEND);
        lines.add("");
        lines.addAll(new SpeedRatios(rows, loads).text());
        lines.addAll(missing);
        return lines;
    }

    private void add(TextTable table, Predicate<IngestMeasurement> which) {
        rows.stream().filter(which).forEach(row -> table.add(row.cells()));
    }

    private static int steps(List<String> names, List<LoadScenario> loads) {
        return names.stream()
                .mapToInt(name -> name.equals(ServerVariant.LOG) ? 1 : 1 + loads.size())
                .sum();
    }
}
