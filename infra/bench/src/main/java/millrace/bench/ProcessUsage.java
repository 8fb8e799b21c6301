package millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Resource usage of a process and its descendants.
 *
 * @param cpu processor time of the running ones, each since its start
 * @param resident resident bytes; memory shared between the processes counts once. 0 if it cannot be read
 */
record ProcessUsage(Duration cpu, long resident) {
    static final ProcessUsage NONE = new ProcessUsage(Duration.ZERO, 0);

    static ProcessUsage of(long pid) {
        var cpu = Duration.ZERO;
        var own = 0L;
        var shared = 0L;
        for (var process : processTree(pid)) {
            cpu = cpu.plus(process.info().totalCpuDuration().orElse(Duration.ZERO));
            var memory = memory(process.pid());
            own += memory.getOrDefault("Private_Clean", 0L) + memory.getOrDefault("Private_Dirty", 0L);
            shared =
                    Math.max(shared, memory.getOrDefault("Shared_Clean", 0L) + memory.getOrDefault("Shared_Dirty", 0L));
        }
        return new ProcessUsage(cpu, own + shared);
    }

    ProcessUsage plus(ProcessUsage other) {
        return new ProcessUsage(cpu.plus(other.cpu), resident + other.resident);
    }

    private static List<ProcessHandle> processTree(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList();
    }

    /**
     * Returns the bytes by kind of memory. Without {@code /proc}, the resident size of {@code ps} counts as private.
     */
    private static Map<String, Long> memory(long pid) {
        var file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
        try {
            return Files.isReadable(file) ? kinds(file) : Map.of("Private_Dirty", resident(pid));
        } catch (IOException | NumberFormatException e) {
            return Map.of(); // It has ended.
        }
    }

    private static Map<String, Long> kinds(Path file) throws IOException {
        var kinds = new HashMap<String, Long>();
        for (var line : Files.readAllLines(file)) {
            var words = line.split(":?\\s+");
            if (words.length == 3 && words[2].equals("kB")) {
                kinds.put(words[0], Long.parseLong(words[1]) << 10);
            }
        }
        return kinds;
    }

    private static long resident(long pid) throws IOException {
        var ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
        try (var output = ps.inputReader()) {
            return Long.parseLong(String.valueOf(output.readLine()).strip()) << 10;
        }
    }
}
