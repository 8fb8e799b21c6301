package millrace.local.up;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import millrace.local.DataDirectory;
import millrace.local.Procfile;
import millrace.local.StartException;

/** Starts the application: first its release phase, then its processes, then the clients. */
final class StartSequence {
    private static final Duration WITHIN = Duration.ofSeconds(120);
    private static final Duration RELEASED_CHECK = Duration.ofMillis(100);
    /** Interval of the readiness check: a process that is not ready logs each check. */
    private static final Duration READY_CHECK = Duration.ofMillis(500);

    private static final int LINES_OF_LOG = 20;
    private static final int MOST_PROCESSES = 8;
    private static final Duration SHOPPERS_STOP_WITHIN = Duration.ofSeconds(30);

    /** Type of the processes that the router of the PaaS sends requests to: they have to listen. */
    private static final String WEB = "web";

    /** Simulated shoppers: five events a second, a third of the quota of the smallest shared cluster. */
    private static final String SHOPPERS = "exec java @jvm.options -XX:TieredStopAtLevel=1 -cp"
            + " 'infra/feed/target/lib/*:infra/feed/target/feed-1.0.0-SNAPSHOT.jar' millrace.feed.Feed shoppers"
            + " --live --rate 5";

    // fork: console
    /** Its one line starts the console, on a PaaS too. */
    static final String CONSOLE_PROCFILE = "infra/console/Procfile";

    private static final Duration CONSOLE_STOPS_WITHIN = Duration.ofSeconds(10);
    // fork: end

    private final DataDirectory directory;
    private final Path folder;
    private final Procfile procfile;
    private final LocalSettings settings;
    private final Screen screen;
    private final StopRequest stop;

    StartSequence(
            DataDirectory directory,
            Path folder,
            Procfile procfile,
            LocalSettings settings,
            Screen screen,
            StopRequest stop) {
        this.directory = directory;
        this.folder = folder;
        this.procfile = procfile;
        this.settings = settings;
        this.screen = screen;
        this.stop = stop;
    }

    /**
     * Runs the sequence; returns early if a stop is requested.
     *
     * @throws StartException if the release fails, or if a process is not ready after two minutes
     */
    void all(
            ProcessSupervisor processes,
            Addresses addresses,
            // fork: console
            boolean withConsole,
            // fork: end
            boolean withTraffic) {
        settings.write();
        procfile.release().ifPresent(line -> release(line, processes));
        if (stop.isRequested()) {
            return;
        }
        screen.print("Starting "
                + procfile.processes().stream().map(Procfile.Line::name).collect(joining(", ")));
        procfile.processes().forEach(line -> processes.start(type(line, addresses)));
        awaitReady(processes);
        // fork: console
        if (withConsole && !stop.isRequested()) {
            var console = Procfile.read(folder.resolve(CONSOLE_PROCFILE))
                    .processes()
                    .getFirst()
                    .command();
            processes.startClient(new AppProcess(
                    directory,
                    folder,
                    new Procfile.Line(Addresses.CONSOLE, console),
                    settings::consoleEnvironment,
                    "http://127.0.0.1:" + addresses.console(),
                    CONSOLE_STOPS_WITHIN));
        }
        // fork: end
        if (withTraffic && !stop.isRequested()) {
            processes.startClient(new AppProcess(
                    directory,
                    folder,
                    new Procfile.Line("shoppers", SHOPPERS),
                    settings::clientEnvironment,
                    "",
                    SHOPPERS_STOP_WITHIN));
        }
        awaitReady(processes);
    }

    private ProcessSupervisor.ProcessType type(Procfile.Line line, Addresses addresses) {
        var isWeb = line.name().equals(WEB);
        return new ProcessSupervisor.ProcessType(
                line.name(),
                isWeb ? 1 : MOST_PROCESSES,
                isWeb
                        ? "senders know one port, and there is no router before it as on the PaaS."
                        : "each takes memory of this machine.",
                number -> process(
                        line,
                        number,
                        number == 1
                                ? addresses.port(line.name())
                                : directory.port(line.name() + "." + number + ".port")));
    }

    private SupervisedProcess process(Procfile.Line line, int number, int port) {
        var name = line.name() + "." + number;
        var limits = Dyno.Limits.of(settings.size(line.name()));
        var server = new AppProcess(
                directory,
                folder,
                new Procfile.Line(name, line.command()),
                () -> settings.environment(line.name(), number, OptionalInt.of(port)),
                "http://127.0.0.1:" + port,
                limits.exit());
        var bound = line.name().equals(WEB) ? OptionalInt.of(port) : OptionalInt.empty();
        var dyno = new Dyno(name, limits, bound, line.command(), screen::print);
        return new SupervisedProcess(server, Optional.of(dyno), screen::print);
    }

    private void release(Procfile.Line line, ProcessSupervisor processes) {
        screen.print("Releasing");
        var release = new AppProcess(
                directory,
                folder,
                line,
                () -> settings.environment(line.name(), 1, OptionalInt.empty()),
                "",
                Dyno.Limits.of(settings.size(line.name())).exit());
        release.start();
        try {
            var end = Instant.now().plus(WITHIN);
            while (release.process().isAlive() && Instant.now().isBefore(end)) {
                if (stop.isRequestedWithin(RELEASED_CHECK)) {
                    return;
                }
                processes.check(); // A broker that ends meanwhile is started again.
            }
            var exitCode = release.process().exitCode();
            if (exitCode.isEmpty() || exitCode.getAsInt() != 0) {
                throw new StartException("The release has "
                        + (exitCode.isEmpty() ? "not ended after " + WITHIN.toSeconds() + " s" : "failed") + ":\n"
                        + release.process().log().lastLines(LINES_OF_LOG));
            }
        } finally {
            release.stop();
        }
    }

    private void awaitReady(ProcessSupervisor processes) {
        var begin = Instant.now();
        while (!processes.notReady().isEmpty()) {
            if (stop.isRequestedWithin(READY_CHECK)) {
                return;
            }
            processes.check();
            var waited = Duration.between(begin, Instant.now());
            if (screen.isTerminal()) {
                screen.showStatus("waiting for " + names(processes.notReady()) + ": " + waited.toSeconds() + " s");
            }
            if (waited.compareTo(WITHIN) > 0) {
                var slow = processes.notReady().getFirst();
                throw new StartException(slow.name() + " is not ready after " + WITHIN.toSeconds() + " s:\n"
                        + slow.process().log().lastLines(LINES_OF_LOG));
            }
        }
    }

    private static String names(List<SupervisedProcess> processes) {
        return processes.stream().map(SupervisedProcess::name).collect(joining(", "));
    }
}
