package millrace.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An operating system's process of the platform. What it prints goes to {@code logs/<name>.log} of the home. A key press
 * that interrupts the platform, or the end of its terminal, does not reach it: the platform alone ends it, in its order.
 */
public final class Child {
    private static final Duration ENDS_AFTER_KILL = Duration.ofSeconds(10);

    private final String name;
    private final ProcessHandle process;
    private final Path log;
    private final Orphans orphans;

    private Child(Home home, String name, ProcessHandle process) {
        this.name = name;
        this.process = process;
        this.log = log(home, name);
        this.orphans = new Orphans(home);
        orphans.record(name, process);
    }

    /** Starts a command in a folder, with these variables beside those of this process. */
    public static Child start(
            Home home, String name, Path folder, Map<String, String> variables, List<String> command) {
        var immune = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", name));
        immune.addAll(command);
        var builder = new ProcessBuilder(immune)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(home, name).toFile()));
        builder.environment().putAll(variables);
        try {
            return new Child(home, name, builder.start().toHandle());
        } catch (IOException e) {
            throw new UncheckedIOException("The process " + name + " cannot be started", e);
        }
    }

    /** A process that daemonized itself. */
    static Child adopt(Home home, String name, long pid) {
        var process = ProcessHandle.of(pid)
                .orElseThrow(() -> new CannotStart("The process " + name + " ended right after its start."));
        return new Child(home, name, process);
    }

    /** Where a process of that name prints to. */
    public static Path log(Home home, String name) {
        return home.folder("logs").resolve(name + ".log");
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end, as {@code SIGTERM} does, and kills it where it has not ended in time. */
    public void stop(Duration patience) {
        process.destroy();
        await(patience);
    }

    /** Asks in the given way, for what understands {@code SIGTERM} differently. */
    void stop(String signal, Duration patience) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
        } catch (IOException e) {
            throw new UncheckedIOException("The process " + name + " cannot be signalled", e);
        }
        await(patience);
    }

    /** The end of what it printed, for a message. */
    public String lastLines(int count) {
        try {
            var lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
        } catch (IOException e) {
            return "(" + log + " cannot be read: " + e.getMessage() + ")";
        }
    }

    private void await(Duration patience) {
        if (!endsWithin(patience)) {
            process.destroyForcibly();
            endsWithin(ENDS_AFTER_KILL);
        }
        orphans.forget(process);
    }

    /** Whether it has ended, of itself, before that time is over. */
    boolean endsWithin(Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The end of " + name + " cannot be awaited", e);
        }
    }
}
