package millrace.bench;

import java.nio.file.Path;
import millrace.bench.ClickGenerator.Shape;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.Workload;

/** A new platform on which a service starts from an empty state. */
final class ServiceTestBed implements AutoCloseable {
    /** State folder, inside the data folder, so that it is cleared with the data of the platform. */
    private static final String STATE = "data/analytics";

    private final ProjectCommands project;
    private final BenchmarkShutdown stop;
    private final DataDirectory home;
    private final Platform platform;

    private ServiceTestBed(ProjectCommands project, BenchmarkShutdown stop, DataDirectory home, Platform platform) {
        this.project = project;
        this.stop = stop;
        this.home = home;
        this.platform = platform;
    }

    /** Starts the platform in a folder that is cleared before and after. */
    static ServiceTestBed open(ProjectCommands project, BenchmarkShutdown stop) {
        stop.check();
        var home = DataDirectory.open(project.folder().resolve("infra/bench/target/home"));
        try {
            home.endOrphans();
            home.clear();
            var platform = Platform.start(home, 1, Workload.HEAVY);
            try {
                ReleaseProcess.run(project, home, platform);
                return new ServiceTestBed(project, stop, home, platform);
            } catch (RuntimeException e) {
                platform.close();
                throw e;
            }
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    ProjectCommands project() {
        return project;
    }

    DataDirectory home() {
        return home;
    }

    Platform platform() {
        return platform;
    }

    /** Returns the state folder of the service. */
    Path state() {
        return home.folder(STATE);
    }

    void write(Shape shape, int count) {
        ClickBacklog.write(platform, shape, count, stop);
    }

    /** Starts the analytics process; the caller closes it. */
    AnalyticsProcess start(String guarantee) {
        stop.check();
        return AnalyticsProcess.start(this, guarantee);
    }

    BenchmarkShutdown stop() {
        return stop;
    }

    /** Returns the resource usage of the broker until now. */
    ProcessUsage broker() {
        return ProcessUsage.of(platform.servers().getFirst().process().pid());
    }

    /** Returns the resource usage of the database until now. */
    ProcessUsage database() {
        return ProcessUsage.of(platform.servers().getLast().process().pid());
    }

    @Override
    public void close() {
        platform.close();
        home.clear();
    }
}
