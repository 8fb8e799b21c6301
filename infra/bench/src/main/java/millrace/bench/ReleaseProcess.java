package millrace.bench;

import java.time.Duration;
import java.util.List;
import millrace.local.DataDirectory;
import millrace.local.ManagedProcess;
import millrace.local.Platform;
import millrace.local.Ports;

/** Runs the release process, which the PaaS runs before all others. */
final class ReleaseProcess {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private ReleaseProcess() {}

    static void run(ProjectCommands project, DataDirectory home, Platform platform) {
        var release = ManagedProcess.start(
                home,
                "release",
                project.folder(),
                ProcessEnvironment.of(platform, "none", Ports.free(0)),
                List.of("/bin/sh", "-c", project.processWithOptions("release")));
        if (!release.endsWithin(TIMEOUT) || release.exitCode().orElse(1) != 0) {
            release.stop(STOP_TIMEOUT);
            throw new BenchmarkException("The release failed:\n" + release.log().lastLines(20));
        }
    }
}
