package millrace.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import millrace.bench.ClickGenerator.Shape;
import millrace.events.Catalogue;

/** Measures how the cost of an event grows: it varies one parameter at a time, each time on a new platform. */
final class AnalyticsGrowth {
    private static final List<Integer> VISITORS = List.of(5_000, 500_000);
    private static final List<Integer> PAGES = List.of(30, 30_000);
    /** Events per second of event time: the fewer, the more minutes a backlog spans. */
    private static final List<Integer> PER_SECOND = List.of(100, 10);
    /** Partitions of every channel; the default is the number in the catalogue. */
    private static final List<Integer> PARTITIONS = List.of(1, 6, 12);

    private final ProjectCommands project;
    private final BenchmarkShutdown stop;
    private final BenchmarkProgress progress;

    AnalyticsGrowth(ProjectCommands project, BenchmarkShutdown stop, BenchmarkProgress progress) {
        this.project = project;
        this.stop = stop;
        this.progress = progress;
    }

    static int rows() {
        return 1 + VISITORS.size() + PAGES.size() + PER_SECOND.size() + PARTITIONS.size();
    }

    /** @return the lines of the report */
    List<String> run(Shape usual, int backlog) {
        var table = new TextTable(AnalyticsCatchUpResult.HEADER);
        shapes(usual, backlog).forEach((name, shape) -> table.add(measure(project, name, shape, backlog)));
        PARTITIONS.forEach(count -> table.add(widened(count, usual, backlog)));
        return table.text();
    }

    /**
     * Sets the number of partitions for this process, which creates the channels, and for the measured one: both read
     * the catalogue.
     */
    private String[] widened(int partitions, Shape shape, int backlog) {
        System.setProperty(Catalogue.PARTITIONS, Integer.toString(partitions));
        try {
            var widened = project.withJvmOption("-D%s=%d".formatted(Catalogue.PARTITIONS, partitions));
            return measure(widened, "%d partitions".formatted(partitions), shape, backlog);
        } finally {
            System.clearProperty(Catalogue.PARTITIONS);
        }
    }

    private String[] measure(ProjectCommands project, String name, Shape shape, int backlog) {
        progress.next(name);
        try (var bed = ServiceTestBed.open(project, stop)) {
            bed.write(shape, backlog);
            try (var service = bed.start(AnalyticsProcess.EXACTLY_ONCE)) {
                var cells = new AnalyticsCatchUp(bed, service, stop, progress)
                        .measure(backlog)
                        .cells(name);
                progress.print("  " + String.join("  ", cells));
                return cells;
            }
        }
    }

    /** Returns the measured shapes by their names. */
    static Map<String, Shape> shapes(Shape usual, int backlog) {
        var shapes = new LinkedHashMap<String, Shape>();
        shapes.put("usual", usual);
        VISITORS.forEach(count ->
                shapes.put("%,d visitors".formatted(count), new Shape(count, usual.pages(), usual.perSecond())));
        PAGES.forEach(count ->
                shapes.put("%,d pages".formatted(count), new Shape(usual.visitors(), count, usual.perSecond())));
        PER_SECOND.forEach(rate -> {
            var shape = new Shape(usual.visitors(), usual.pages(), rate);
            shapes.put("%,d minutes".formatted(shape.span(backlog).toMinutes()), shape);
        });
        return shapes;
    }
}
