package millrace.local.up;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import millrace.local.DataDirectory;
import millrace.local.DataFormat;
import millrace.local.Platform;
import millrace.local.Procfile;
import millrace.local.StartException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/up}: runs the platform and the application on this machine until Ctrl-C. */
@Command(
        name = "bin/up",
        description = {
            "Starts a Kafka broker, a PostgreSQL, every process of the Procfile and some traffic, and shows what they"
                    + " do.",
            "Ctrl-C stops all of it and keeps the data; the next start goes on from there. Data, logs and keys are in"
                    + " .millrace, or in the folder that MILLRACE_HOME names."
        },
        mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
    private static final Duration CHECK_EVERY = Duration.ofMillis(250);
    private static final Duration SHOW_EVERY = Duration.ofSeconds(1);
    private static final Duration PRINT_EVERY = Duration.ofSeconds(5);

    @Option(names = "--fresh", description = "Starts empty: removes the data of earlier starts.")
    private boolean fresh;

    @Option(names = "--no-traffic", description = "Starts no simulated shoppers.")
    private boolean noTraffic;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "Port of the first process, the others follow; 0 takes free ones. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--logs", description = "Shows what the processes print, too.")
    private boolean logs;

    private final Screen screen = Screen.ofProcess();
    private final StopRequest stop = StopRequest.ofProcess();
    private final Instant startedAt = Instant.now();

    public static void main(String[] arguments) {
        var up = new UpCommand();
        var exitCode = commandLine(up).execute(arguments);
        up.stop.everythingStopped();
        System.exit(exitCode);
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            start();
        } catch (StartException failure) {
            if (!stop.isRequested()) {
                throw failure;
            }
            screen.print("Stopped while it was starting.");
        }
        return 0;
    }

    private void start() throws InterruptedException {
        try (var directory = DataDirectory.open(dataDirectory())) {
            var orphans = directory.endOrphans();
            if (!orphans.isEmpty()) {
                screen.print("Stopped processes of a killed bin/up: " + String.join(", ", orphans) + ".");
            }
            if (fresh) {
                directory.clear();
            }
            DataFormat.of(folder()).check(directory);
            var procfile = Procfile.read(folder().resolve("Procfile"));
            run(directory, procfile, Addresses.of(procfile, port, directory));
        }
    }

    private void run(DataDirectory directory, Procfile procfile, Addresses addresses) throws InterruptedException {
        screen.print("Starting Kafka and PostgreSQL");
        try (var platform = Platform.start(directory, 1);
                var processes = new ProcessSupervisor()) {
            platform.servers().forEach(server -> processes.watch(server, startedAt));
            var settings = new LocalSettings(directory, platform, addresses);
            var start = new StartSequence(directory, folder(), procfile, settings, screen, stop);
            start.all(processes, addresses, !noTraffic);
            if (!stop.isRequested()) {
                screen.print(PlatformStatus.table(processes));
                screen.print(settings.keys());
                screen.print("Ready after %s. Ctrl-C stops everything and keeps the data."
                        .formatted(SupervisedProcess.seconds(Duration.between(startedAt, Instant.now()))));
                monitor(platform, processes, procfile);
            }
            screen.print("Stopping");
        }
    }

    private void monitor(Platform platform, ProcessSupervisor processes, Procfile procfile)
            throws InterruptedException {
        var view = new LogView(screen.isTerminal());
        if (logs) {
            processes.all().forEach(process -> {
                var log = process.server().process().log().path();
                view.add(process.server().name(), LogTail.fromNow(log));
            });
        }
        try (var traffic = new TrafficMonitor(platform, procfile)) {
            var status = new PlatformStatus(processes, traffic);
            var next = Instant.now();
            while (!stop.isRequestedWithin(CHECK_EVERY)) {
                processes.check(screen::print);
                view.show(screen::print);
                var now = Instant.now();
                if (!now.isBefore(next)) {
                    screen.showStatus(status.line(now));
                    next = now.plus(screen.isTerminal() ? SHOW_EVERY : PRINT_EVERY);
                }
            }
        }
    }

    private static Path folder() {
        return Path.of(System.getProperty("millrace.root", "."));
    }

    /** Folder of data, logs and keys. */
    static Path dataDirectory() {
        var directory = System.getenv("MILLRACE_HOME");
        return directory == null || directory.isBlank() ? folder().resolve(".millrace") : Path.of(directory);
    }

    /** Returns a command line that prints the sentence of a {@link StartException} instead of its stack trace. */
    static CommandLine commandLine(Callable<Integer> command) {
        return new CommandLine(command).setExecutionExceptionHandler((failure, line, result) -> {
            if (failure instanceof StartException sentence) {
                line.getErr().println(sentence.getMessage());
            } else {
                failure.printStackTrace(line.getErr());
            }
            return 1;
        });
    }
}
