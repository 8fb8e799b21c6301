package millrace.bench;

import java.util.Map;
import java.util.function.Function;
import millrace.local.StartException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code bin/bench}: benchmarks of Millrace on this machine, one subcommand each. */
@Command(
        name = "bin/bench",
        subcommands = {IngestBenchmark.class, OrdersBenchmark.class, AnalyticsBenchmark.class, AuditBenchmark.class},
        mixinStandardHelpOptions = true,
        description = "Benchmarks of Millrace on this machine. Run them on an otherwise idle machine.")
final class Bench {
    private static final Map<Class<?>, Function<BenchmarkShutdown, Object>> COMMANDS = Map.of(
            IngestBenchmark.class,
            IngestBenchmark::new,
            OrdersBenchmark.class,
            OrdersBenchmark::new,
            AnalyticsBenchmark.class,
            AnalyticsBenchmark::new,
            AuditBenchmark.class,
            AuditBenchmark::new);

    private Bench() {}

    public static void main(String[] arguments) {
        var stop = BenchmarkShutdown.ofProcess();
        var exitCode = commandLine(stop).execute(arguments);
        stop.allowExit();
        System.exit(exitCode);
    }

    static CommandLine commandLine(BenchmarkShutdown stop) {
        return new CommandLine(new Bench(), new CommandLine.IFactory() {
                    @Override
                    public <K> K create(Class<K> type) throws Exception {
                        var own = COMMANDS.get(type);
                        return own == null ? CommandLine.defaultFactory().create(type) : type.cast(own.apply(stop));
                    }
                })
                .setExecutionExceptionHandler(Bench::explain);
    }

    /**
     * Prints the sentence of a failed measurement or start. Other exceptions are defects of this program and keep their
     * stack trace.
     */
    private static int explain(Exception cause, CommandLine command, CommandLine.ParseResult arguments)
            throws Exception {
        if (cause instanceof BenchmarkException || cause instanceof StartException) {
            command.getErr().println(cause.getMessage());
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
        throw cause;
    }
}
