package millrace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.bench.AnalyticsMeasurement.Figure;
import millrace.bench.ClickGenerator.Shape;
import millrace.events.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/bench analytics}: throughput of aggregation, beside two peers and a consumer that only reads the clicks. */
@Command(
        name = "analytics",
        description = {
            "Measures how many clicks a second one process aggregates from a backlog, beside a textbook job of Kafka"
                    + " Streams, a job of Apache Flink, and Kafka's own measuring tool that only reads them (read).",
            "Each row of the table has traffic of its own; restore also kills the process and measures the time to the"
                    + " next commit, latency the time from a page view that the edge has acknowledged to a count that"
                    + " contains it. A contender with a wrong result ends the benchmark."
        })
final class AnalyticsBenchmark extends Scenario {
    private static final List<String> ROWS =
            Arrays.stream(AnalyticsRow.values()).map(AnalyticsRow::text).toList();
    private static final List<String> CONTENDERS = Arrays.stream(AnalyticsContender.values())
            .map(AnalyticsContender::text)
            .toList();
    private static final String READ = "read";
    private static final String[] LEGEND = """
            clicks/s: from the first commit to the last, and until the result has all page views. CPU us, records: a click;
            records: on all topics but the inputs, with the markers of transactions. MiB: of the job at most, by
            proportional set size. restore s: from the assignment of partitions to the first commit.
            """.split("\n");

    @Option(
            names = "--row",
            paramLabel = "NAME",
            split = ",",
            description = "Any of usual, steady, repeats, late, orders, large-state, one-visitor, restore, latency."
                    + " Default: all.")
    private List<String> rows = ROWS;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Any of millrace, textbook, flink. Default: all.")
    private List<String> only = CONTENDERS;

    @Option(
            names = "--guarantee",
            paramLabel = "NAME",
            description = "at_least_once or exactly_once_v2; Flink's results come at least once with either."
                    + " Default: ${DEFAULT-VALUE}.")
    private String guarantee = "at_least_once";

    @Option(
            names = "--runs",
            paramLabel = "N",
            description =
                    "Runs of each contender, which take turns; the table has the medians. Default: ${DEFAULT-VALUE}.")
    private int runs = 1;

    @Option(
            names = "--backlog",
            paramLabel = "N",
            description = "Clicks in the backlog of each row. Default: 100000 to 1000000, by row.")
    private Integer backlog;

    @Option(names = "--visitors", paramLabel = "N", description = "Distinct visitors of the clicks. Default: by row.")
    private Integer visitors;

    @Option(names = "--pages", paramLabel = "N", description = "Distinct pages of the clicks. Default: by row.")
    private Integer pages;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of each channel. Default: those of the catalogue.")
    private Integer partitions;

    @Mixin
    private final LatencyOptions latency = new LatencyOptions(1_000);

    private final List<Cell> cells = new ArrayList<>();
    private BenchmarkProgress progress;

    /** Figures of one contender in one run of a row. */
    private record Cell(AnalyticsRow row, String contender, Map<Figure, Double> figures) {}

    AnalyticsBenchmark(BenchmarkShutdown stop) {
        super(stop);
    }

    @Override
    void check() {
        require(
                Stream.of(runs, backlog, visitors, pages, partitions, latency.rate, latency.seconds)
                        .allMatch(count -> count == null || count > 0),
                "--runs, --backlog, --visitors, --pages, --partitions, --rate and --seconds are counts; expected 1 or"
                        + " more.");
        requireKnown("--row", rows, ROWS);
        requireKnown("--only", only, CONTENDERS);
        requireKnown("--guarantee", List.of(guarantee), List.of("at_least_once", "exactly_once_v2"));
    }

    @Override
    void measure() {
        var project = project();
        if (partitions != null) {
            // For this process, which creates the channels, and for the service: both read the catalogue.
            System.setProperty(Catalogue.PARTITIONS, Integer.toString(partitions));
            project = project.withJvmOption("-D%s=%d".formatted(Catalogue.PARTITIONS, partitions));
        }
        try {
            var contenders = Stream.of(AnalyticsContender.values())
                    .filter(contender -> only.contains(contender.text()))
                    .collect(Collectors.toList());
            for (var contender : contenders) {
                print(contender.text(guarantee, project));
            }
            var chosen = Stream.of(AnalyticsRow.values())
                    .filter(row -> rows.contains(row.text()))
                    .toList();
            measure(project, chosen, contenders);
            printTable(chosen);
        } finally {
            System.clearProperty(Catalogue.PARTITIONS);
        }
    }

    private void measure(ProjectCommands project, List<AnalyticsRow> chosen, List<AnalyticsContender> contenders) {
        progress = new BenchmarkProgress(
                this::printProgress, runs * chosen.size() * (contenders.size() + 1), Duration.ofSeconds(40));
        for (var run = 0; run < runs; run++) {
            for (var row : chosen) {
                measure(project, row, contenders);
            }
            Collections.rotate(contenders, 1);
        }
    }

    /** Measures a row: all contenders, one after the other, on one platform and one backlog. */
    private void measure(ProjectCommands project, AnalyticsRow row, List<AnalyticsContender> contenders) {
        var clicks = backlog != null ? backlog : row.clicks;
        var shape = new Shape(
                visitors != null ? visitors : row.shape.visitors(),
                pages != null ? pages : row.shape.pages(),
                row.shape.perSecond());
        progress.next("%s: start of Kafka, and a backlog of %,d clicks: %s, %,d minutes"
                .formatted(row.text(), clicks, shape.text(), shape.span(clicks).toMinutes()));
        try (var bed = TestBed.open(project, stop())) {
            var all = clicks + contenders.size() * row.clicksAfter();
            var written = new ClickBacklog(shape, row.extras, row.grace, all, bed.platform()::topic);
            bed.write(written.next(clicks));
            var read = new KafkaTools(bed).consume(clicks);
            add(row, READ, Map.of(Figure.PER_SECOND, read, Figure.OF_READ, 1.0));
            for (var contender : contenders) {
                progress.next(row.text() + ": " + contender.text());
                try (var measurement = new AnalyticsMeasurement(bed, row, contender, written, guarantee, progress)) {
                    add(row, contender.text(), measurement.measure(read, latency));
                }
            }
        }
    }

    private void add(AnalyticsRow row, String contender, Map<Figure, Double> figures) {
        cells.add(new Cell(row, contender, figures));
        progress.print(
                "  %s: %s clicks/s".formatted(contender, Figure.PER_SECOND.text(figures.get(Figure.PER_SECOND))));
    }

    private void printTable(List<AnalyticsRow> chosen) {
        var figures = Arrays.stream(Figure.values())
                .filter(figure -> cells.stream().anyMatch(cell -> cell.figures().containsKey(figure)))
                .toList();
        var titles =
                Stream.concat(Stream.of("row", "contender"), figures.stream().map(figure -> figure.title));
        var table = new TextTable(titles.toArray(String[]::new));
        for (var row : chosen) {
            Stream.concat(Stream.of(READ), CONTENDERS.stream().filter(only::contains))
                    .map(contender -> Stream.concat(
                            Stream.of(row.text(), contender),
                            figures.stream().map(figure -> text(row, contender, figure))))
                    .forEach(line -> table.add(line.toArray(String[]::new)));
        }
        print("");
        table.text().forEach(this::print);
        Arrays.stream(LEGEND).forEach(this::print);
    }

    private String text(AnalyticsRow row, String contender, Figure figure) {
        var median = median(cells.stream()
                .filter(cell -> cell.row() == row && cell.contender().equals(contender))
                .flatMap(cell -> Stream.ofNullable(cell.figures().get(figure)))
                .toList());
        return median.isEmpty() ? "" : figure.text(median.getAsDouble());
    }

    /** Returns the median; of an even number the mean of the two in the middle. */
    static OptionalDouble median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return sorted.stream()
                .skip((sorted.size() - 1) / 2)
                .limit(sorted.size() % 2 == 0 ? 2 : 1)
                .mapToDouble(Double::doubleValue)
                .average();
    }
}
