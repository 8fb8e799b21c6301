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

/** {@code bin/bench ingest}: throughput and latency of the edge, beside baselines and other implementations. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how many events a second the edge accepts and Kafka acknowledges, beside an empty endpoint of the"
                    + " same server (http), Kafka's own measuring tool (log), an edge of npm packages (node) and a simple edge"
                    + " without validation (naive).",
            "At a constant rate, latency counts from the due time of a request, not from its sending."
        })
final class IngestBenchmark implements Callable<Integer> {
    static final List<String> ALL =
            List.of(ServerVariant.EDGE, ServerVariant.HTTP, ServerVariant.LOG, ServerVariant.NODE, ServerVariant.NAIVE);
    private static final int OPEN_LOOP_CONNECTIONS = 256;
    private static final int BATCH_CONNECTIONS = 32;
    private static final int BATCH = 100;

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
            names = "--quick",
            description = "Only edge and http for a second each: a test of the benchmark, not a measurement.")
    private boolean quick;

    @Option(
            names = "--growth",
            description = "Measure the growth of the edge alone: with connections, batches, sizes, keys and processes.")
    private boolean growth;

    @Option(
            names = "--try",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "JVM options for the edge alone, to measure the effect of a setting: --try='-Xmx200m'.")
    private String jvmOptions;

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
        require(
                connections.stream().allMatch(count -> count > 0),
                "--connections contains a number below 1; expected 1 or more.");
        require(rates.stream().allMatch(rate -> rate > 0), "--rates contains a number below 1; expected 1 or more.");
    }

    private void require(boolean fact, String sentence) {
        if (!fact) {
            throw new ParameterException(command.commandLine(), sentence);
        }
    }

    private void run(PrintWriter out, PrintWriter progress) {
        var project = ProjectCommands.ofProcess(jvmOptions);
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
