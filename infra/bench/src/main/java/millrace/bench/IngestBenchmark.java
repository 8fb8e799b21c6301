package millrace.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/bench ingest}: the edge beside its limits, what one would take instead, and what one would write first. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how many events the edge takes until the log has them, beside an empty endpoint of the same server"
                    + " (http), Kafka's own measuring tool (log), an edge of packages from npm (node) and the edge as one"
                    + " would write it first (naive).",
            "Latency of a constant rate counts from when a request was meant to start, not from when it could."
        })
final class IngestBenchmark implements Callable<Integer> {
    static final List<String> ALL =
            List.of(ServerVariant.EDGE, ServerVariant.HTTP, ServerVariant.LOG, ServerVariant.NODE, ServerVariant.NAIVE);
    private static final int OPEN_LOOP_CONNECTIONS = 256;
    private static final int BATCH_CONNECTIONS = 32;
    private static final int BATCH = 100;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "10", description = "Measured. Default: 10.")
    private int seconds;

    @Option(names = "--warmup", paramLabel = "N", defaultValue = "5", description = "Before that. Default: 5.")
    private int warmup;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Some of edge, http, log, node, naive. Default: all.")
    private List<String> only = ALL;

    @Option(
            names = "--connections",
            paramLabel = "N",
            split = ",",
            defaultValue = "32,128,512",
            description = "Of the closed loop. Default: ${DEFAULT-VALUE}.")
    private List<Integer> connections;

    @Option(
            names = "--rates",
            paramLabel = "N",
            split = ",",
            defaultValue = "5000,20000",
            description = "Of the open loop, events a second. Default: ${DEFAULT-VALUE}.")
    private List<Integer> rates;

    @Option(names = "--quick", description = "Only edge and http, a second each: whether it works, not how fast it is.")
    private boolean quick;

    @Option(names = "--growth", description = "How the edge alone grows: connections, batches, sizes, keys, processes.")
    private boolean growth;

    @Option(
            names = "--try",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "Options of the JVM for the edge alone, to see what a setting does: --try='-Xmx200m'.")
    private String trial;

    @Spec
    private CommandSpec command;

    private final BenchmarkShutdown stop;

    IngestBenchmark(BenchmarkShutdown stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        check();
        if (quick) {
            seconds = 1;
            warmup = 1;
            only = List.of(ServerVariant.EDGE, ServerVariant.HTTP);
        }
        var out = command.commandLine().getOut();
        MachineDescription.text().forEach(out::println);
        out.println("events   %d bytes, %,d visitors; %d s of warm-up, %d s measured"
                .formatted(LoadScenario.EVENT_BYTES, LoadScenario.VISITORS, warmup, seconds));
        out.flush();
        run(out, command.commandLine().getErr());
        return 0;
    }

    private void check() {
        for (var name : only) {
            require(
                    ALL.contains(name),
                    "--only names \"" + name + "\"; expected some of " + String.join(", ", ALL) + ".");
        }
        require(seconds > 0 && warmup >= 0, "--seconds and --warmup are times; expected 1 or more, and 0 or more.");
        require(connections.stream().allMatch(count -> count > 0), "--connections has none; expected 1 or more.");
        require(rates.stream().allMatch(rate -> rate > 0), "--rates has one that is none; expected 1 or more.");
    }

    private void require(boolean fact, String sentence) {
        if (!fact) {
            throw new ParameterException(command.commandLine(), sentence);
        }
    }

    private void run(PrintWriter out, PrintWriter progress) {
        var project = ProjectCommands.ofProcess(trial);
        var timing = new LoadTiming(Duration.ofSeconds(warmup), Duration.ofSeconds(seconds));
        progress.println("Starting Kafka");
        progress.flush();
        try (var bed = IngestTestBed.open(project, stop)) {
            var report = growth
                    ? new IngestGrowth(bed, project, timing, progress).run()
                    : new IngestComparison(bed, project, timing, stop, progress).run(only, loads());
            out.println();
            report.forEach(out::println);
            out.flush();
        }
    }

    private List<LoadScenario> loads() {
        var loads = new ArrayList<LoadScenario>();
        connections.forEach(count -> loads.add(LoadScenario.closedLoop(count)));
        rates.forEach(rate -> loads.add(LoadScenario.openLoop(rate, OPEN_LOOP_CONNECTIONS)));
        loads.add(LoadScenario.batches(BATCH, BATCH_CONNECTIONS));
        return loads;
    }
}
