package millrace.bench;

import millrace.local.StartException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code bin/bench}: benchmarks of Millrace on this machine, one subcommand each. */
@Command(
        name = "bin/bench",
        mixinStandardHelpOptions = true,
        description = "Benchmarks of Millrace on this machine. Run them on an otherwise idle machine.")
final class Bench {
    private Bench() {}

    public static void main(String[] arguments) {
        var stop = BenchmarkShutdown.ofProcess();
        var exitCode = commandLine(stop).execute(arguments);
        stop.allowExit();
        System.exit(exitCode);
    }

    static CommandLine commandLine(BenchmarkShutdown stop) {
        return new CommandLine(new Bench())
                .addSubcommand(new IngestBenchmark(stop))
                .addSubcommand(new OrdersBenchmark(stop))
                .addSubcommand(new AnalyticsBenchmark(stop))
                .addSubcommand(new AuditBenchmark(stop))
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
