package millrace.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import millrace.bench.AnalyticsComparison.Views;
import millrace.bench.ClickGenerator.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/bench analytics}: throughput and latency of aggregation, beside a consumer that only reads the clicks. */
@Command(
        name = "analytics",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how many clicks a second one analytics process counts from a backlog, with each guarantee of"
                    + " processing, beside Kafka's own measuring tool that only reads them (read).",
            "Then the latency from a page view that the edge has acknowledged to a count that contains it, at a constant"
                    + " rate."
        })
final class AnalyticsBenchmark implements Callable<Integer> {
    private static final List<String> GUARANTEES =
            List.of(AnalyticsProcess.EXACTLY_ONCE, AnalyticsProcess.AT_LEAST_ONCE);
    private static final Duration STEP_TIME = Duration.ofSeconds(40);

    @Option(
            names = "--backlog",
            paramLabel = "N",
            description = "Clicks in the backlog. Default: 1000000, and 300000 for each row of --growth.")
    private Integer backlog;

    @Option(
            names = "--visitors",
            paramLabel = "N",
            defaultValue = "50000",
            description = "Distinct visitors of the clicks. Default: ${DEFAULT-VALUE}.")
    private int visitors;

    @Option(
            names = "--pages",
            paramLabel = "N",
            defaultValue = "300",
            description = "Distinct pages of the clicks. Default: ${DEFAULT-VALUE}.")
    private int pages;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Page views a second in the latency measurement. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Duration of the latency measurement. Default: 20.")
    private int seconds;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Any of exactly_once_v2, at_least_once. Default: both.")
    private List<String> only = GUARANTEES;

    @Option(
            names = "--growth",
            description =
                    "Measure the growth of the cost of a click instead: with visitors, pages, event time and partitions.")
    private boolean growth;

    @Option(
            names = "--try",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "JVM options for the analytics process alone, to measure the effect of a setting.")
    private String jvmOptions;

    @Spec
    private CommandSpec command;

    private final BenchmarkShutdown stop;

    AnalyticsBenchmark(BenchmarkShutdown stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        var count = backlog == null ? (growth ? 300_000 : 1_000_000) : backlog;
        check(count);
        var out = command.commandLine().getOut();
        var shape = new Shape(visitors, pages, Shape.DEFAULT_PER_SECOND);
        MachineDescription.text().forEach(out::println);
        out.println("backlog  %,d clicks: %s".formatted(count, shape.text()));
        out.flush();
        if (growth) {
            var report = new AnalyticsGrowth(project(), stop, progress(AnalyticsGrowth.rows())).run(shape, count);
            report.forEach(out::println);
        } else {
            var progress = progress(only.size() * AnalyticsComparison.STEPS);
            new AnalyticsComparison(project(), stop, progress, out).run(only, shape, count, new Views(rate, seconds));
        }
        out.flush();
        return 0;
    }

    private void check(int count) {
        require(
                count > 0 && visitors > 0 && pages > 0 && rate > 0 && seconds > 0,
                "--backlog, --visitors, --pages, --rate and --seconds are counts; expected 1 or more.");
        require(
                GUARANTEES.containsAll(only),
                "--only names \"%s\"; expected some of %s."
                        .formatted(String.join(",", only), String.join(", ", GUARANTEES)));
    }

    private void require(boolean fact, String sentence) {
        if (!fact) {
            throw new ParameterException(command.commandLine(), sentence);
        }
    }

    private ProjectCommands project() {
        return ProjectCommands.ofProcess(jvmOptions);
    }

    private BenchmarkProgress progress(int steps) {
        return new BenchmarkProgress(command.commandLine().getErr(), steps, STEP_TIME);
    }
}
