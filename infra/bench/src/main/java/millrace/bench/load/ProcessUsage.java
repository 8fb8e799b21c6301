package millrace.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import millrace.local.up.ProcessMemory;

/**
 * Resource usage of a process and its descendants.
 *
 * @param cpu processor time of the running ones, each since its start
 * @param memory sum of their proportional set sizes (Pss), in bytes; 0 if it cannot be read
 */
public record ProcessUsage(Duration cpu, long memory) {
    public static final ProcessUsage NONE = new ProcessUsage(Duration.ZERO, 0);

    public static ProcessUsage of(long pid) {
        var processes = ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList();
        var memory = processes.stream()
                .mapToLong(process -> ProcessMemory.kibibytes(process.pid()) << 10)
                .sum();
        return new ProcessUsage(cpu(processes.stream()), memory);
    }

    /** Returns the larger of each, of two usages of one process. */
    public ProcessUsage most(ProcessUsage other) {
        return new ProcessUsage(cpu.compareTo(other.cpu) > 0 ? cpu : other.cpu, Math.max(memory, other.memory));
    }

    /** Returns the processor time of several processes, each with its descendants; it reads no memory. */
    public static Duration cpu(List<Long> pids) {
        return cpu(pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants())));
    }

    private static Duration cpu(Stream<ProcessHandle> processes) {
        return processes
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }
}
