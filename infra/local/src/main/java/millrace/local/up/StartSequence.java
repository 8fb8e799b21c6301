package millrace.local.up;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
    private static final Procfile.Line SHOPPERS = new Procfile.Line(
            "shoppers",
            "exec java @jvm.options -XX:TieredStopAtLevel=1 -cp"
                    + " 'infra/feed/target/lib/*:infra/feed/target/feed-1.0.0-SNAPSHOT.jar' millrace.feed.Feed shoppers"
                    + " --live --rate 5");

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
    void all(ProcessSupervisor processes, Addresses addresses, boolean withTraffic) {
        settings.write();
        procfile.release().ifPresent(this::release);
        if (stop.isRequested()) {
            return;
        }
        screen.print("Starting "
                + procfile.processes().stream().map(Procfile.Line::name).collect(joining(", ")));
        procfile.processes().forEach(line -> {
            var environment = settings.environment(line.name());
            processes.start(new AppProcess(directory, folder, line, environment, addresses.url(line.name())));
        });
        awaitReady(processes);
        if (withTraffic && !stop.isRequested()) {
            processes.startClient(new AppProcess(directory, folder, SHOPPERS, settings.clientEnvironment(), ""));
            awaitReady(processes);
        }
    }

    private void release(Procfile.Line line) {
        screen.print("Releasing");
        var release = new AppProcess(directory, folder, line, settings.environment(line.name()), "");
        release.start();
        try {
            var end = Instant.now().plus(WITHIN);
            while (release.process().isAlive() && Instant.now().isBefore(end)) {
                if (stop.isRequestedWithin(RELEASED_CHECK)) {
                    return;
                }
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
            processes.check(screen::print);
            var waited = Duration.between(begin, Instant.now());
            if (screen.isTerminal()) {
                screen.showStatus("waiting for " + names(processes.notReady()) + ": " + waited.toSeconds() + " s");
            }
            if (waited.compareTo(WITHIN) > 0) {
                var slow = processes.notReady().getFirst().server();
                throw new StartException(slow.name() + " is not ready after " + WITHIN.toSeconds() + " s:\n"
                        + slow.process().log().lastLines(LINES_OF_LOG));
            }
        }
    }

    private static String names(List<SupervisedProcess> processes) {
        return processes.stream().map(process -> process.server().name()).collect(joining(", "));
    }
}
