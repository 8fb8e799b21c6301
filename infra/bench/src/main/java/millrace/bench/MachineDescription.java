package millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.common.utils.AppInfoParser;

/** Describes the machine, without which a measurement means little. */
final class MachineDescription {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final Path CPUS = Path.of("/proc/cpuinfo");

    private MachineDescription() {}

    static List<String> text() {
        var java = System.getProperty("java.vendor.version", System.getProperty("java.vendor"));
        return List.of(
                "date     " + Instant.now().truncatedTo(ChronoUnit.SECONDS),
                "machine  %s, %d cores, %.1f GiB"
                        .formatted(processor(), cores(), SYSTEM.getTotalMemorySize() / (double) (1 << 30)),
                "system   %s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")),
                "JVM      %s, %s".formatted(Runtime.version(), java),
                "Kafka    %s, one broker, TLS with client certificates, acks=all".formatted(AppInfoParser.getVersion()),
                "load     %.2f before the start%s".formatted(load(), isBusy() ? ": OTHER WORK IS RUNNING HERE" : ""));
    }

    private static boolean isBusy() {
        return load() > cores() / 2.0;
    }

    private static double load() {
        return Math.max(0, SYSTEM.getSystemLoadAverage());
    }

    private static int cores() {
        return SYSTEM.getAvailableProcessors();
    }

    private static String processor() {
        try (var lines = Files.lines(CPUS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch"); // Not Linux.
        }
    }
}
