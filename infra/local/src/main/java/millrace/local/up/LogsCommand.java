package millrace.local.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import millrace.local.StartException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bin/logs}: prints the output of the processes. */
@Command(
        name = "bin/logs",
        description = {
            "Prints what the processes of bin/up have printed since they were started, each line after its process.",
            "Each log has at most 10 MiB; the one before it is beside it as PROCESS.previous.log."
        },
        mixinStandardHelpOptions = true)
public final class LogsCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final String END = ".log";
    private static final String PREVIOUS = ".previous.log";

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on with what is printed from now on, until Ctrl-C.")
    private boolean follow;

    @Parameters(paramLabel = "PROCESS", arity = "0..*", description = "For example orders, kafka-1; all of them.")
    private List<String> processes = List.of();

    public static void main(String[] arguments) {
        System.exit(UpCommand.commandLine(new LogsCommand()).execute(arguments));
    }

    @Override
    public Integer call() {
        var screen = Screen.ofProcess();
        var folder = UpCommand.dataDirectory().resolve("logs");
        var known = known(folder);
        var view = new LogView(screen.isTerminal());
        for (var process : processes.isEmpty() ? known : processes) {
            if (!known.contains(process)) {
                throw new StartException(
                        "There is no log of " + process + " in " + folder + ", only of " + known + ".");
            }
            view.add(process, new LogTail(folder.resolve(process + END), 0));
        }
        var stop = StopRequest.ofProcess();
        stop.everythingStopped();
        while (view.show(System.out::println) || follow) {
            if (stop.isRequestedWithin(PAUSE)) {
                return 0;
            }
        }
        return 0;
    }

    private static List<String> known(Path folder) {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(END) && !name.endsWith(PREVIOUS))
                    .map(name -> name.substring(0, name.length() - END.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new StartException("There are no logs in " + folder + ": bin/up has not run yet.", e);
        }
    }
}
