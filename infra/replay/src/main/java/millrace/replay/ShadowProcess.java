package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import millrace.events.GenerationNames;
import millrace.generation.GenerationMembership;

/**
 * Process of a generation that is not live: the service of the Procfile, at a low priority unless a switch waits for
 * it. Ctrl-C on the caller does not reach it: the caller ends it. It also ends when its standard input ends, which is a
 * pipe from the caller, so it does not outlive a caller that is killed.
 */
final class ShadowProcess implements AutoCloseable {
    /** Time to stop, the same as the PaaS gives before it kills. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);

    private static final String START = "trap '' INT HUP; exec nice -n $2 /bin/sh -c \"$1\"";

    private final Process process;
    private final Path log;
    private final ShadowPidFile pidFile;

    private ShadowProcess(Process process, Path log, ShadowPidFile pidFile) {
        this.process = process;
        this.log = log;
        this.pidFile = pidFile;
    }

    /** Starts the process; ends one that a killed caller has left behind first. */
    static ShadowProcess start(
            PlatformConnection platform, ConsumerGenerations consumer, int generation, Map<String, String> more) {
        var forSwitch = more.containsKey(GenerationMembership.CATCHING_UP);
        var name = name(consumer, generation, forSwitch);
        var pidFile = pidFile(platform, name);
        pidFile.end(STOPS_WITHIN);
        var log = platform.directory("logs").resolve(name + ".log");
        var builder = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        START,
                        name,
                        ShadowLaunch.command(platform.root(), consumer.name()),
                        forSwitch ? "0" : "10")
                .directory(platform.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(ShadowLaunch.environment(platform, generation));
        builder.environment().putAll(more);
        try {
            var process = builder.start();
            pidFile.write(process.toHandle());
            return new ShadowProcess(process, log, pidFile);
        } catch (IOException e) {
            throw new ReplayException("The process %s cannot be started: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** Ends the processes that killed runs and switches have left behind. */
    static void endOrphans(PlatformConnection platform, ConsumerGenerations consumer, int generation) {
        pidFile(platform, name(consumer, generation, true)).end(STOPS_WITHIN);
        pidFile(platform, name(consumer, generation, false)).end(STOPS_WITHIN);
    }

    private static String name(ConsumerGenerations consumer, int generation, boolean forSwitch) {
        return consumer.name() + new GenerationNames(generation).suffix() + (forSwitch ? "-switch" : "");
    }

    private static ShadowPidFile pidFile(PlatformConnection platform, String name) {
        return new ShadowPidFile(platform.directory("replay").resolve(name + ".process"));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Returns true if it ended by itself with exit code 0, as it does when its generation becomes live or a hand-over
     * begins.
     */
    boolean exitedNormally() {
        return !process.isAlive() && process.exitValue() == 0;
    }

    Path log() {
        return log;
    }

    /** Returns the last 20 lines of its log. */
    String logTail() {
        try {
            var lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + log + " cannot be read", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        pidFile.remove();
    }
}
