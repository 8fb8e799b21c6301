package millrace.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A subcommand of {@code bin/bench}. It prints the machine, then its results; progress goes to standard error. */
@Command(mixinStandardHelpOptions = true)
abstract class Scenario implements Callable<Integer> {
    @Option(
            names = "--try",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "JVM options for the measured service alone, to measure the effect of a setting:"
                    + " --try='-Xmx200m'.")
    private String jvmOptions;

    @Spec
    private CommandSpec command;

    private final BenchmarkShutdown stop;

    Scenario(BenchmarkShutdown stop) {
        this.stop = stop;
    }

    @Override
    public final Integer call() {
        check();
        MachineDescription.text().forEach(this::print);
        measure();
        return 0;
    }

    /** Refuses invalid options by {@link #require}. */
    abstract void check();

    abstract void measure();

    final void require(boolean fact, String sentence) {
        if (!fact) {
            throw new ParameterException(command.commandLine(), sentence);
        }
    }

    final void requireKnown(String option, List<String> names, List<String> known) {
        for (var name : names) {
            require(
                    known.contains(name),
                    "%s names \"%s\"; expected some of %s.".formatted(option, name, String.join(", ", known)));
        }
    }

    final ProjectCommands project() {
        return ProjectCommands.ofProcess(jvmOptions);
    }

    final BenchmarkShutdown stop() {
        return stop;
    }

    /** Prints a line of the result. */
    final void print(String line) {
        printTo(command.commandLine().getOut(), line);
    }

    final void printProgress(String line) {
        printTo(command.commandLine().getErr(), line);
    }

    private static void printTo(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }

    /** Constant rate and duration of a latency measurement. */
    static final class LatencyOptions {
        @Option(
                names = "--rate",
                paramLabel = "N",
                description = "Events a second in the latency measurement. Default: ${DEFAULT-VALUE}.")
        int rate;

        @Option(
                names = "--seconds",
                paramLabel = "N",
                description = "Duration of the latency measurement. Default: ${DEFAULT-VALUE}.")
        int seconds = 20;

        LatencyOptions(int defaultRate) {
            rate = defaultRate;
        }
    }
}
