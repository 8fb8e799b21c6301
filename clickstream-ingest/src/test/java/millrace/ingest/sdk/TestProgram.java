package millrace.ingest.sdk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program that a test runs. It and its children are killed when its time limit is over. */
public final class TestProgram implements AutoCloseable {
    private final String command;
    private final Duration limit;
    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private TestProgram(String command, Duration limit, Process process, Path errors) {
        this.command = command;
        this.limit = limit;
        this.process = process;
        this.output = process.inputReader();
        this.errors = errors;
    }

    static TestProgram start(Path folder, Duration limit, List<String> command) {
        try {
            var errors = Files.createTempFile("program", ".txt");
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectError(errors.toFile())
                    .start();
            process.onExit().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> end(process));
            return new TestProgram(String.join(" ", command), limit, process, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command) + " cannot be started in " + folder, e);
        }
    }

    /** Waits for the next line of output; {@code null} where the program ends without one. */
    String line() {
        try {
            return output.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException("The output of " + command + " cannot be read", e);
        }
    }

    /**
     * Closes the program's input and waits for its end.
     *
     * @throws AssertionError where it fails
     */
    @Override
    public void close() {
        try {
            process.outputWriter().close();
            var rest = output.lines().collect(Collectors.joining("\n"));
            var exitCode = process.waitFor();
            var said = rest + Files.readString(errors);
            Files.delete(errors);
            if (exitCode != 0) {
                throw new AssertionError(
                        "%s ended with %d; it had %s. It said: %s".formatted(command, exitCode, limit, said));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The end of " + command + " cannot be awaited", e);
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
        }
    }

    private static Process end(Process process) {
        Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList()
                .forEach(ProcessHandle::destroyForcibly);
        return process;
    }
}
