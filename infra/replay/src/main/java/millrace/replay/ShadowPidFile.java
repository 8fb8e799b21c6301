package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * File with the process id and start time of a shadow. A shadow whose command was killed ends by itself; by this file
 * the next command waits for that, because two processes cannot share the state directory.
 */
record ShadowPidFile(Path file) {
    void write(ProcessHandle process) {
        try {
            Files.writeString(file, process.pid() + " " + start(process));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be removed", e);
        }
    }

    /** Ends the process of the file if it still runs: with a signal, and after {@code timeout} by killing it. */
    void end(Duration timeout) {
        process().ifPresent(process -> {
            process.destroy();
            if (!endsWithin(process, timeout)) {
                process.destroyForcibly();
                endsWithin(process, timeout);
            }
        });
        remove();
    }

    private Optional<ProcessHandle> process() {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            var words = Files.readString(file).split(" ");
            if (words.length != 2 || !words[0].matches("[0-9]{1,10}")) {
                return Optional.empty(); // The command was killed while it wrote the file.
            }
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(process -> start(process).equals(words[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static boolean endsWithin(ProcessHandle process, Duration timeout) {
        try {
            process.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The end of process " + process.pid() + " cannot be awaited", e);
        }
    }

    private static String start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }
}
