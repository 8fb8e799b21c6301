package millrace.local.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import millrace.local.ManagedProcess;

/** Measures the memory of processes. */
final class ProcessMemory {
    private ProcessMemory() {}

    /** Returns the resident bytes of a process and its descendants, counting shared pages once; 0 if unknown. */
    static long of(ManagedProcess child) {
        return ProcessHandle.of(child.pid()).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .mapToLong(process -> kibibytes(process.pid()) * 1024)
                .sum();
    }

    static String text(long bytes) {
        return "%d MiB".formatted(bytes >> 20);
    }

    private static long kibibytes(long pid) {
        var shares = Path.of("/proc", Long.toString(pid), "smaps_rollup");
        try {
            return Files.isReadable(shares) ? proportional(shares) : resident(pid);
        } catch (IOException | NumberFormatException e) {
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
            return Long.parseLong(output.readLine().strip());
        }
    }
}
