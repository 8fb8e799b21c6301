package millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Resource usage as reported by the operating system. */
class ProcessUsageTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void processor_time_grows_with_work() {
        var self = ProcessHandle.current().pid();
        var before = ProcessUsage.of(self).cpu();

        assertTimeoutPreemptively(SOON, () -> {
            while (ProcessUsage.of(self).cpu().minus(before).compareTo(Duration.ofMillis(50)) < 0) {
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void this_process_has_memory() {
        assertThat(ProcessUsage.of(ProcessHandle.current().pid()).memory()).isBetween(20L << 20, 4L << 30);
    }

    @Test
    void descendants_count_with_their_process() throws IOException {
        var shell = new ProcessBuilder("/bin/sh", "-c", "cat; cat").start();
        try {
            assertTimeoutPreemptively(SOON, () -> {
                while (shell.descendants().findAny().isEmpty()) {
                    Thread.onSpinWait();
                }
            });
            var child = shell.descendants().findFirst().orElseThrow();

            assertThat(ProcessUsage.of(shell.pid()).memory())
                    .isGreaterThan(ProcessUsage.of(child.pid()).memory());
        } finally {
            shell.destroy();
            shell.outputWriter().close();
        }
    }

    @Test
    void a_process_that_has_ended_uses_nothing() throws Exception {
        var process = new ProcessBuilder("/bin/sh", "-c", "exit").start();
        process.waitFor();

        assertThat(ProcessUsage.of(process.pid())).isEqualTo(ProcessUsage.NONE);
    }
}
