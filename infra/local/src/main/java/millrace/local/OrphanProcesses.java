package millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * List of the running processes of a data directory, in a file. A killed platform leaves processes behind, and its next
 * start stops them. A process is identified by its pid and the instant of its start, so that another process with the
 * same pid is never stopped.
 */
final class OrphanProcesses {
    private static final String FILE = "processes";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Tolerance: an adjusted clock moves the start that the operating system reports. */
    private static final Duration SAME_START = Duration.ofSeconds(2);

    private final DataDirectory directory;

    OrphanProcesses(DataDirectory directory) {
        this.directory = directory;
    }

    /**
     * Adds a process; it replaces the ended process of the same name.
     *
     * @param stopSignal that ends it in an orderly way
     */
    void record(String name, ProcessHandle process, String stopSignal) {
        synchronized (directory) {
            var lines = new ArrayList<>(lines());
            lines.removeIf(line -> line.endsWith(" " + name));
            lines.add("%d %d %s %s".formatted(process.pid(), start(process).toEpochMilli(), stopSignal, name));
            write(lines);
        }
    }

    void remove(ProcessHandle process) {
        synchronized (directory) {
            var own = process.pid() + " ";
            write(lines().stream().filter(line -> !line.startsWith(own)).toList());
        }
    }

    /** Stops all of them, the latest started first, and returns the names of those that still ran. */
    List<String> end() {
        var names = new ArrayList<String>();
        for (var line : lines().reversed()) {
            var fields = line.split(" ", 4);
            alive(Long.parseLong(fields[0]), Instant.ofEpochMilli(Long.parseLong(fields[1])))
                    .ifPresent(process -> {
                        end(process, fields[2]);
                        names.add(fields[3]);
                    });
        }
        write(List.of());
        return List.copyOf(names);
    }

    /** Sends the signal, also to a suspended process, and kills the process if it has not ended after 20 s. */
    static void end(ProcessHandle process, String stopSignal) {
        ManagedProcess.signal(List.of(process), stopSignal);
        ManagedProcess.signal(List.of(process), "CONT");
        process.onExit()
                .completeOnTimeout(null, PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .thenCompose(ended -> {
                    process.destroyForcibly();
                    return process.isAlive() ? process.onExit() : CompletableFuture.completedFuture(process);
                })
                .join();
    }

    /** Returns the process with this id that started at this instant, if it still runs. */
    static Optional<ProcessHandle> alive(long pid, Instant start) {
        return ProcessHandle.of(pid)
                .filter(process -> Duration.between(start, start(process)).abs().compareTo(SAME_START) < 0);
    }

    private static Instant start(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    private List<String> lines() {
        try {
            var file = directory.resolve(FILE);
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(directory.resolve(FILE) + " cannot be read", e);
        }
    }

    private void write(List<String> lines) {
        directory.write(FILE, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    }
}
