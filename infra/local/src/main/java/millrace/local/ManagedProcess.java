package millrace.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * An operating system's process of the platform. What it prints goes to its log. A key press that interrupts the
 * platform, or the end of its terminal, does not reach it: the platform alone ends it, in its order.
 */
public final class ManagedProcess {
    private static final Duration ENDS_AFTER_KILL = Duration.ofSeconds(10);

    private final String name;
    private final ProcessHandle process;
    private final Supplier<OptionalInt> exitCode;
    private final LogFile log;
    private final OrphanProcesses orphans;

    private ManagedProcess(DataDirectory home, String name, ProcessHandle process, Supplier<OptionalInt> exitCode) {
        this.name = name;
        this.process = process;
        this.exitCode = exitCode;
        this.log = LogFile.of(home, name);
        this.orphans = new OrphanProcesses(home);
        orphans.record(name, process);
    }

    /** Starts a command with these variables and no others. */
    public static ManagedProcess start(
            DataDirectory home, String name, Path folder, Map<String, String> variables, List<String> command) {
        var log = LogFile.of(home, name);
        log.turn();
        var immune = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", name));
        immune.addAll(command);
        var builder = new ProcessBuilder(immune)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
        builder.environment().clear();
        builder.environment().putAll(variables);
        try {
            var process = builder.start();
            return new ManagedProcess(home, name, process.toHandle(), () -> exitCode(process));
        } catch (IOException e) {
            throw new StartException("The process " + name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** A process that daemonized itself and prints to its log. */
    static ManagedProcess adopt(DataDirectory home, String name, long pid) {
        return ProcessHandle.of(pid)
                .map(process -> new ManagedProcess(home, name, process, OptionalInt::empty))
                .orElseThrow(() -> new StartException("The process " + name + " ended right after its start."));
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public LogFile log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Empty while it runs, and of one that daemonized itself. */
    public OptionalInt exitCode() {
        return exitCode.get();
    }

    /** Asks it to end, as {@code SIGTERM} does, and kills it where it has not ended in time. */
    public void stop(Duration patience) {
        process.destroy();
        finish(patience);
    }

    /** Asks in the given way, for what understands {@code SIGTERM} differently. */
    void stop(String signal, Duration patience) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
        } catch (IOException e) {
            throw new UncheckedIOException("The process " + name + " cannot be signalled", e);
        }
        finish(patience);
    }

    /** Whether it has ended, of itself, before that time is over. */
    public boolean endsWithin(Duration patience) {
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

    /** The handle knows of the end before the process has its exit code: that is waited for. */
    private static OptionalInt exitCode(Process process) {
        return process.toHandle().isAlive()
                ? OptionalInt.empty()
                : OptionalInt.of(process.onExit().join().exitValue());
    }

    private void finish(Duration patience) {
        if (!endsWithin(patience)) {
            process.destroyForcibly();
            endsWithin(ENDS_AFTER_KILL);
        }
        orphans.forget(process);
    }
}
