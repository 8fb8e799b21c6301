package millrace.local.up;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import millrace.local.DataDirectory;
import millrace.local.DataFormat;
import millrace.local.Platform;
import millrace.local.StartException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/up}: everything on this machine, from one command until Ctrl-C. */
@Command(
        name = "bin/up",
        description = {
            "Starts a Kafka broker, a PostgreSQL, every process of the Procfile and some traffic, and shows what they do.",
            "Ctrl-C stops all of it and keeps the data; the next start goes on from there. Data, logs and keys are in"
                    + " .millrace, or in the folder that MILLRACE_HOME names."
        },
        mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration SHOW_EVERY = Duration.ofSeconds(1);
    private static final Duration SAY_EVERY = Duration.ofSeconds(5);

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
    private final Instant began = Instant.now();

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
            if (!stop.isThere()) {
                throw failure;
            }
            screen.say("Stopped while it was starting.");
        }
        return 0;
    }

    private void start() throws InterruptedException {
        try (var home = DataDirectory.open(home())) {
            var orphans = home.endOrphans();
            if (!orphans.isEmpty()) {
                screen.say("Ended what a killed bin/up had left behind: " + String.join(", ", orphans) + ".");
            }
            if (fresh) {
                home.clear();
            }
            DataFormat.of(folder()).check(home);
            var procfile = Procfile.read(folder().resolve("Procfile"));
            run(home, procfile, Addresses.of(procfile, port, home));
        }
    }

    private void run(DataDirectory home, Procfile procfile, Addresses addresses) throws InterruptedException {
        screen.say("Starting Kafka and PostgreSQL");
        try (var platform = Platform.start(home, 1);
                var processes = new ProcessSupervisor()) {
            platform.servers().forEach(server -> processes.watch(server, began));
            var settings = new LocalSettings(home, platform, addresses);
            var start = new StartSequence(home, folder(), procfile, settings, screen, stop);
            start.all(processes, addresses, !noTraffic);
            if (!stop.isThere()) {
                screen.say(PlatformStatus.table(processes));
                screen.say(settings.keys());
                screen.say("Ready after %s. Ctrl-C stops everything and keeps the data."
                        .formatted(SupervisedProcess.seconds(Duration.between(began, Instant.now()))));
                live(platform, processes, procfile);
            }
            screen.say("Stopping");
        }
    }

    private void live(Platform platform, ProcessSupervisor processes, Procfile procfile) throws InterruptedException {
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
            while (!stop.comesWithin(LOOK_EVERY)) {
                processes.look(screen::say);
                view.show(screen::say);
                var now = Instant.now();
                if (!now.isBefore(next)) {
                    screen.show(status.line(now));
                    next = now.plus(screen.isTerminal() ? SHOW_EVERY : SAY_EVERY);
                }
            }
        }
    }

    /** The project's folder. */
    private static Path folder() {
        return Path.of(System.getProperty("millrace.root", "."));
    }

    /** Where data, logs and keys are. */
    static Path home() {
        var home = System.getenv("MILLRACE_HOME");
        return home == null || home.isBlank() ? folder().resolve(".millrace") : Path.of(home);
    }

    /** One that says in a sentence why it cannot do what it was asked to. */
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
