package millrace.bench;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/bench orders}: throughput and latency of the orders service, beside plain inserts of the same rows. */
@Command(
        name = "orders",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how many transactions a second one orders process applies from a backlog, beside a plain batched"
                    + " insert of the same rows over one connection (database).",
            "Then the latency from an order that the edge has acknowledged to its event on the channel orders, at a"
                    + " constant rate."
        })
final class OrdersBenchmark implements Callable<Integer> {
    @Option(
            names = "--backlog",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Orders in the backlog. Default: ${DEFAULT-VALUE}.")
    private int backlog;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "200",
            description = "Orders a second in the latency measurement. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Duration of the latency measurement. Default: 20.")
    private int seconds;

    @Option(
            names = "--try",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "JVM options for the orders process alone, to measure the effect of a setting.")
    private String jvmOptions;

    @Spec
    private CommandSpec command;

    private final BenchmarkShutdown stop;

    OrdersBenchmark(BenchmarkShutdown stop) {
        this.stop = stop;
    }

    @Override
    public Integer call() {
        if (backlog < 1 || rate < 1 || seconds < 1) {
            throw new ParameterException(
                    command.commandLine(), "--backlog, --rate and --seconds are counts; expected 1 or more.");
        }
        var out = command.commandLine().getOut();
        MachineDescription.text().forEach(out::println);
        out.flush();
        var project = ProjectCommands.ofProcess(jvmOptions);
        try (var home = DataDirectory.open(project.folder().resolve("infra/bench/target/home"))) {
            home.endOrphans();
            home.clear();
            measure(project, home, out, command.commandLine().getErr());
            home.clear();
        }
        return 0;
    }

    private void measure(ProjectCommands project, DataDirectory home, PrintWriter out, PrintWriter progress) {
        print(progress, "Starting Kafka and PostgreSQL");
        try (var platform = Platform.start(home, 1, Workload.HEAVY);
                var orderBacklog = new OrderBacklog(platform)) {
            ReleaseProcess.run(project, home, platform);
            print(progress, "Inserting %,d orders without the service".formatted(backlog));
            var plain = new InsertBaseline(platform.jdbcUrl(), stop).run(backlog);
            out.println("database %,d orders/s: rows of order, history and outbox, batches of %d, one connection"
                    .formatted(Math.round(plain), InsertBaseline.BATCH));
            out.flush();
            print(progress, "Writing %,d orders to the channel".formatted(backlog));
            orderBacklog.send(backlog);
            var service = new OrdersProcess(project, home, platform);
            service.start();
            try {
                print(progress, "Applying them");
                var applied = new OrdersCatchUp(service, platform, stop, progress).drain(backlog);
                out.println(applied.text());
                out.println("orders / database  %.2f".formatted(applied.perSecond() / plain));
                out.flush();
                print(progress, "%d orders/s for %d s, through the edge".formatted(rate, seconds));
                out.println(new OrderLatency(new ProjectCommands(project.folder(), ""), home, platform, stop)
                        .measure(rate, seconds));
                out.flush();
            } finally {
                service.stop();
            }
        }
    }

    private static void print(PrintWriter progress, String line) {
        progress.println(line);
        progress.flush();
    }
}
