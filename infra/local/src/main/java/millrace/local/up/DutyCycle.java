package millrace.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import millrace.local.ManagedProcess;

/**
 * Lets a process run for a share of each tenth of a second, and suspends it for the rest. A shell sends the signals, so
 * that none of them starts a program. When its input ends, it resumes the process: also when this JVM is killed.
 */
final class DutyCycle implements AutoCloseable {
    static final int LEAST_PERCENT = 5;
    static final int MOST_PERCENT = 95;
    private static final int PERIOD_MS = 100;
    private static final int SHELL_ENDS_WITHIN_SECONDS = 5;
    private static final String SHELL = "trap '' INT HUP TERM;"
            + " while read -r signal pids; do kill -\"$signal\" $pids; last=$pids; done;"
            + " kill -CONT $last";

    private final ManagedProcess process;
    private final int percent;
    private final Process shell;
    private final CountDownLatch ended = new CountDownLatch(1);

    private DutyCycle(ManagedProcess process, int percent, Process shell) {
        this.process = process;
        this.percent = percent;
        this.shell = shell;
    }

    /**
     * Begins. It ends with the process.
     *
     * @param percent from 5 to 95: how much of the time the process may run
     */
    static DutyCycle start(ManagedProcess process, int percent) {
        try {
            var shell = new ProcessBuilder("/bin/sh", "-c", SHELL)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var cycle = new DutyCycle(process, percent, shell);
            Thread.ofVirtual().name("slow-" + process.name()).start(cycle::run);
            return cycle;
        } catch (IOException e) {
            throw new UncheckedIOException(process.name() + " cannot be slowed down", e);
        }
    }

    int percent() {
        return percent;
    }

    /** Resumes the process. */
    @Override
    public void close() {
        ended.countDown();
        try {
            if (!shell.waitFor(SHELL_ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
                process.resume();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var running = percent * PERIOD_MS / 100;
        try (var signals = shell.outputWriter(StandardCharsets.US_ASCII)) {
            while (process.isAlive() && !ended.await(running, TimeUnit.MILLISECONDS)) {
                var pids = process.withDescendants().stream()
                        .map(handle -> Long.toString(handle.pid()))
                        .collect(Collectors.joining(" "));
                send("STOP " + pids, signals);
                if (!ended.await(PERIOD_MS - running, TimeUnit.MILLISECONDS)) {
                    send("CONT " + pids, signals);
                }
            }
        } catch (IOException e) {
            process.resume(); // The shell was killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(String signal, Writer signals) throws IOException {
        signals.write(signal + "\n");
        signals.flush();
    }
}
