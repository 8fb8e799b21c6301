package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import millrace.events.GenerationNames;
import millrace.generation.GenerationMembership;
import millrace.generation.RebuildException;
import millrace.paas.Ports;

/**
 * Process of a generation that is not live: the service of the Procfile, at a low priority unless a switch waits for
 * it. Ctrl-C on the caller does not reach it: the caller ends it. It also ends when its standard input ends, which is a
 * pipe from the caller, so it does not outlive a caller that is killed. A file with its process id and start time names
 * it to the next command, which waits for its end, because two processes cannot share the state directory.
 */
final class ShadowProcess implements AutoCloseable {
    /** Time to stop, the same as the PaaS gives before it kills. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);

    private static final String START = "trap '' INT HUP; exec nice -n $2 /bin/sh -c \"$1\"";

    private final Process process;
    private final Path log;
    private final Path pidFile;

    private ShadowProcess(Process process, Path log, Path pidFile) {
        this.process = process;
        this.log = log;
        this.pidFile = pidFile;
    }

    /** Starts the process; ends one that a killed caller has left behind first. */
    static ShadowProcess start(
            PlatformConnection platform, ConsumerGenerations consumer, int generation, Map<String, String> more) {
        endOrphan(platform, consumer, generation);
        var forSwitch = more.containsKey(GenerationMembership.CATCHING_UP);
        var name = name(consumer, generation);
        var log = platform.directory("logs").resolve(name + ".log");
        var builder = new ProcessBuilder(
                        "/bin/sh", "-c", START, name, platform.command(consumer.name()), forSwitch ? "0" : "10")
                .directory(platform.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        var environment = builder.environment();
        environment.putAll(platform.vars());
        environment.put(GenerationMembership.GENERATION, Integer.toString(generation));
        environment.put("PORT", Integer.toString(Ports.free(0)));
        if (platform.isLocal()) {
            environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
            environment.put("MALLOC_ARENA_MAX", "2");
        }
        environment.putAll(more);
        var pidFile = pidFile(platform, name);
        try {
            var process = builder.start();
            Files.writeString(pidFile, process.pid() + " " + start(process.toHandle()));
            return new ShadowProcess(process, log, pidFile);
        } catch (IOException e) {
            throw new RebuildException("The process %s cannot be started: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** Ends the process that a killed command has left behind: with a signal, and after 30 s by killing it. */
    static void endOrphan(PlatformConnection platform, ConsumerGenerations consumer, int generation) {
        var pidFile = pidFile(platform, name(consumer, generation));
        orphan(pidFile).ifPresent(ShadowProcess::end);
        remove(pidFile);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Returns true if it ended by itself with exit code 0, as it does when its generation becomes live or a cut-over
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
        end(process.toHandle());
        remove(pidFile);
    }

    private static String name(ConsumerGenerations consumer, int generation) {
        return consumer.name() + new GenerationNames(generation).shadowSuffix();
    }

    private static Path pidFile(PlatformConnection platform, String name) {
        return platform.directory("replay").resolve(name + ".process");
    }

    /** Returns the process of the file if it still runs, and is not another one with the same id. */
    private static Optional<ProcessHandle> orphan(Path pidFile) {
        try {
            if (!Files.exists(pidFile)) {
                return Optional.empty();
            }
            var words = Files.readString(pidFile).split(" ");
            if (words.length != 2 || !words[0].matches("[0-9]{1,10}")) {
                return Optional.empty(); // The command was killed while it wrote the file.
            }
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(process -> start(process).equals(words[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(pidFile + " cannot be read", e);
        }
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        if (!endsInTime(process)) {
            process.destroyForcibly();
            endsInTime(process);
        }
    }

    private static boolean endsInTime(ProcessHandle process) {
        try {
            process.onExit().get(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The end of process " + process.pid() + " cannot be awaited", e);
        }
    }

    private static void remove(Path pidFile) {
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException(pidFile + " cannot be removed", e);
        }
    }

    private static String start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }
}
