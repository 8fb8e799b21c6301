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

    @Parameters(
            paramLabel = "PROCESS",
            arity = "0..*",
            description = "For example kafka-1, orders.1, orders (all of that type); all of them.")
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
        for (var process : processes) {
            if (known.stream().noneMatch(log -> isOf(log, process))) {
                throw new StartException(
                        "There is no log of " + process + " in " + folder + ", only of " + known + ".");
            }
        }
        var stop = StopRequest.ofProcess();
        stop.everythingStopped();
        do {
            known(folder).stream()
                    .filter(log -> processes.isEmpty() || processes.stream().anyMatch(process -> isOf(log, process)))
                    .forEach(log -> view.add(log, () -> new LogTail(folder.resolve(log + END), 0)));
            var printed = view.show(System.out::println);
            if (System.out.checkError() || !printed && !follow) {
                return 0; // The reader of the pipe has ended, or there is no more.
            }
        } while (!stop.isRequestedWithin(PAUSE));
        return 0;
    }

    /** Tells whether the log is of a process of that name, or of one of the processes of that type. */
    private static boolean isOf(String log, String process) {
        return log.equals(process) || log.startsWith(process + ".");
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
