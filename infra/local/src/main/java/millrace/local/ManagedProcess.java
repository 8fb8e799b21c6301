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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * An operating system process of the platform. Its output goes to its log file. Ctrl-C and the end of the terminal do
 * not reach it (it ignores {@code SIGINT} and {@code SIGHUP}): the platform alone stops it, in its own order.
 */
public final class ManagedProcess {
    private static final Duration ENDS_AFTER_KILL = Duration.ofSeconds(10);
    private static final String TERMINATE = "TERM";

    private final String name;
    private final ProcessHandle process;
    private final Supplier<OptionalInt> exitCode;
    private final LogFile log;
    private final OrphanProcesses orphans;
    private volatile boolean overdue;

    private ManagedProcess(
            DataDirectory directory,
            String name,
            ProcessHandle process,
            String stopSignal,
            Supplier<OptionalInt> exitCode) {
        this.name = name;
        this.process = process;
        this.exitCode = exitCode;
        this.log = LogFile.of(directory, name);
        this.orphans = new OrphanProcesses(directory);
        orphans.record(name, process, stopSignal);
    }

    /** Starts a command with these environment variables and no others. */
    public static ManagedProcess start(
            DataDirectory directory, String name, Path folder, Map<String, String> variables, List<String> command) {
        var log = LogFile.of(directory, name);
        log.rotate();
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
            return of(directory, name, builder.start());
        } catch (IOException e) {
            throw new StartException("The process " + name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** Kills the process again if it cannot be written down: no later start would find it. */
    private static ManagedProcess of(DataDirectory directory, String name, Process process) {
        try {
            return new ManagedProcess(directory, name, process.toHandle(), TERMINATE, () -> exitCode(process));
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /**
     * Attaches to a process that has daemonized itself and writes to its log file.
     *
     * @param stopSignal with which a later start stops it, if this one is killed
     */
    static ManagedProcess attach(DataDirectory directory, String name, long pid, String stopSignal) {
        return ProcessHandle.of(pid)
                .map(process -> new ManagedProcess(directory, name, process, stopSignal, OptionalInt::empty))
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

    /** Exit code; empty while the process runs, and for a process that was attached. */
    public OptionalInt exitCode() {
        return exitCode.get();
    }

    /**
     * Sends {@code SIGTERM} to the process and its descendants, and kills those that have not ended in time. A suspended
     * process has to be resumed before: it would not end.
     */
    public void stop(Duration patience) {
        var all = withDescendants();
        all.forEach(ProcessHandle::destroy);
        finish(all, patience);
    }

    /** Sends the given signal instead of {@code SIGTERM}, and kills the process if it has not ended in time. */
    void stop(String signal, Duration patience) {
        signal(List.of(process), signal);
        finish(List.of(process), patience);
    }

    /** Tells whether {@link #stop} had to kill the process or a descendant. */
    public boolean isOverdue() {
        return overdue;
    }

    /** Kills the process and its descendants, and waits for their end. */
    public void kill() {
        var all = withDescendants();
        all.forEach(ProcessHandle::destroyForcibly);
        end(all, ENDS_AFTER_KILL);
    }

    /** Suspends the process and its descendants until {@link #resume}. */
    public void suspend() {
        signal(withDescendants(), "STOP");
    }

    public void resume() {
        signal(withDescendants(), "CONT");
    }

    /** The process and its descendants, as of now. */
    public List<ProcessHandle> withDescendants() {
        return Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    /** Sends a signal; a process that has ended meanwhile does not get it. */
    static void signal(List<ProcessHandle> processes, String signal) {
        var command = new ArrayList<>(List.of("kill", "-" + signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException("The processes " + processes + " cannot be signalled", e);
        }
    }

    /**
     * Waits for the end of the process.
     *
     * @return false if it still runs after that time
     */
    public boolean endsWithin(Duration patience) {
        return end(List.of(process), patience);
    }

    /**
     * Exit code of a process that has ended. The handle reports the end before the exit code is known: that is waited
     * for.
     */
    private static OptionalInt exitCode(Process process) {
        return process.toHandle().isAlive()
                ? OptionalInt.empty()
                : OptionalInt.of(process.onExit().join().exitValue());
    }

    private void finish(List<ProcessHandle> all, Duration patience) {
        if (!end(all, patience)) {
            overdue = true;
            all.forEach(ProcessHandle::destroyForcibly);
            end(all, ENDS_AFTER_KILL);
        }
        orphans.remove(process);
    }

    /** Waits for the end of all of them, and returns false if one still runs after that time. */
    private boolean end(List<ProcessHandle> all, Duration patience) {
        var ends = all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ends).get(patience.toMillis(), TimeUnit.MILLISECONDS);
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
