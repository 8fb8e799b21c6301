package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    @Test
    void a_process_that_has_ended_has_no_memory() throws Exception {
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertThat(ProcessMemory.kibibytes(ended.pid())).isZero();
        assertThat(ProcessMemory.kibibytes(ProcessHandle.current().pid())).isPositive();
    }
}
