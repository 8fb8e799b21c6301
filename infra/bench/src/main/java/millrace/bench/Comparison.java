package millrace.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Every contender under every load, one after the other, and their numbers side by side. */
final class Comparison {
    private final TestBed bed;
    private final Project project;
    private final Timing timing;
    private final Stop stop;
    private final PrintWriter out;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    Comparison(TestBed bed, Project project, Timing timing, Stop stop, PrintWriter out) {
        this.bed = bed;
        this.project = project;
        this.timing = timing;
        this.stop = stop;
        this.out = out;
    }

    /** @return the lines of the report */
    List<String> run(List<String> names, List<Load> loads) {
        var progress = new Progress(out, steps(names, loads), timing.all());
        for (var name : Ingest.ALL) {
            if (names.contains(name)) {
                measureIfPossible(name, loads, progress);
            }
        }
        return report(loads);
    }

    private void measureIfPossible(String name, List<Load> loads, Progress progress) {
        try {
            bed.clicks().empty();
            measure(name, loads, progress);
        } catch (CannotMeasure e) {
            stop.check();
            progress.say(e.getMessage());
            missing.add(name + ": " + e.getMessage());
        }
    }

    private void measure(String name, List<Load> loads, Progress progress) {
        if (name.equals(Contender.LOG)) {
            progress.next("log");
            rows.add(new LogLimit(bed, project, stop).measure(timing));
            return;
        }
        progress.next(name + ": start and warm-up");
        try (var server = bed.start(contender(name))) {
            var servers = List.of(server);
            bed.warmUp(servers, loads, timing);
            for (var load : loads) {
                progress.next(name + ": " + load.name());
                rows.add(bed.measure(servers, load, timing));
            }
        }
    }

    private Contender contender(String name) {
        return switch (name) {
            case Contender.EDGE -> project.edge();
            case Contender.HTTP -> project.http();
            case Contender.NODE -> new NodeEdge(project, stop).contender();
            case Contender.NAIVE -> project.naive();
            default -> throw new IllegalArgumentException("Nothing is called " + name + ".");
        };
    }

    private List<String> report(List<Load> loads) {
        var table = new Table(Row.HEADER);
        loads.forEach(load -> add(table, row -> row.load().equals(load.name())));
        add(table, row -> row.server().equals(Contender.LOG));
        var lines = new ArrayList<>(table.text());
        lines.addAll(Row.LEGEND);
        lines.add("");
        lines.addAll(new Ratios(rows, loads).text());
        lines.addAll(missing);
        return lines;
    }

    private void add(Table table, Predicate<Row> which) {
        rows.stream().filter(which).forEach(row -> table.add(row.cells()));
    }

    private static int steps(List<String> names, List<Load> loads) {
        return names.stream()
                .mapToInt(name -> name.equals(Contender.LOG) ? 1 : 1 + loads.size())
                .sum();
    }
}
