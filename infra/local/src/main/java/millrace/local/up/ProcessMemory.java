package millrace.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import millrace.local.ManagedProcess;

/** Measures the memory of processes. */
public final class ProcessMemory {
    private ProcessMemory() {}

    /** Returns the resident bytes of a process and its descendants, counting shared pages once; 0 if unknown. */
    static long of(ManagedProcess child) {
        return child.withDescendants().stream()
                .filter(ProcessHandle::isAlive) // Another process may have the number of one that has ended.
                .mapToLong(process -> kibibytes(process.pid()) * 1024)
                .sum();
    }

    static String text(long bytes) {
        return "%d MiB".formatted(bytes >> 20);
    }

    /** Returns the resident memory of one process; 0 if it has ended. */
    public static long kibibytes(long pid) {
        var shares = Path.of("/proc", Long.toString(pid), "smaps_rollup");
        try {
            return Files.isReadable(shares) ? proportional(shares) : resident(pid);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return 0; // The process has ended meanwhile.
        }
    }

    private static long proportional(Path shares) throws IOException {
        try (var lines = Files.lines(shares)) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }

    private static long resident(long pid) throws IOException {
        var ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
        try (var output = ps.inputReader()) {
            var line = output.readLine();
            return line == null ? 0 : Long.parseLong(line.strip());
        }
    }
}
