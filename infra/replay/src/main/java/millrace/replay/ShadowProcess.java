package millrace.replay;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import millrace.generation.GenerationNames;
import millrace.generation.Membership;

/**
 * The very service of the Procfile as a process of a generation that is not live, at a low priority unless a switch waits for
 * it. A key press that interrupts the caller does not reach it: the caller ends it.
 */
final class ShadowProcess implements AutoCloseable {
    /** As long as the PaaS waits before it kills. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);

    private static final String START = "trap '' INT HUP; exec nice -n $2 /bin/sh -c \"$1\"";

    private final Process process;
    private final Path log;
    private final ShadowTrace trace;
    private boolean resting;

    private ShadowProcess(Process process, Path log, ShadowTrace trace) {
        this.process = process;
        this.log = log;
        this.trace = trace;
    }

    /** What a killed caller has left behind is ended first. */
    static ShadowProcess start(Site site, Rebuilt rebuilt, int generation, Map<String, String> more) {
        var forSwitch = more.containsKey(Membership.CATCHING_UP);
        var name = rebuilt.name() + new GenerationNames(generation).suffix() + (forSwitch ? "-switch" : "");
        var trace = new ShadowTrace(site.folder("replay").resolve(name + ".process"));
        trace.end(STOPS_WITHIN);
        var log = site.folder("logs").resolve(name + ".log");
        var builder = new ProcessBuilder(
                        "/bin/sh", "-c", START, name, command(site.root(), rebuilt.name()), forSwitch ? "0" : "10")
                .directory(site.root().toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment(site, generation));
        builder.environment().putAll(more);
        try {
            var process = builder.start();
            trace.write(process.toHandle());
            return new ShadowProcess(process, log, trace);
        } catch (IOException e) {
            throw new CannotReplay("The process %s cannot be started: %s".formatted(name, e.getMessage()), e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it ended of itself as it does when its generation is live, or a hand-over begins. */
    boolean endedWell() {
        return !process.isAlive() && process.exitValue() == 0;
    }

    Path log() {
        return log;
    }

    /** The end of what it has printed. */
    String lastWords() {
        try {
            var lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + log + " cannot be read", e);
        }
    }

    /** Holds it where it is, or lets it go on. */
    void rest(boolean wanted) {
        if (wanted != resting && process.isAlive()) {
            signal(wanted ? "STOP" : "CONT");
            resting = wanted;
        }
    }

    @Override
    public void close() {
        rest(false);
        process.destroy();
        try {
            if (!process.waitFor(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        trace.remove();
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("The process " + process.pid() + " cannot be signalled", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> environment(Site site, int generation) {
        var variables = new HashMap<>(site.vars());
        variables.put(Membership.GENERATION, Integer.toString(generation));
        variables.put("PORT", Integer.toString(freePort()));
        if (site.isLocal()) {
            variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
            variables.put("MALLOC_ARENA_MAX", "2");
        }
        return variables;
    }

    private static String command(Path root, String process) {
        var line = Pattern.compile(process + ":\\s*(\\S.*)");
        try {
            return Files.readAllLines(root.resolve("Procfile")).stream()
                    .map(line::matcher)
                    .filter(found -> found.matches())
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElseThrow(() -> new CannotReplay(root.resolve("Procfile") + " has no line " + process + "."));
        } catch (IOException e) {
            throw new CannotReplay("There is no " + root.resolve("Procfile") + " that says what to start.", e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("There is no free port", e);
        }
    }
}
