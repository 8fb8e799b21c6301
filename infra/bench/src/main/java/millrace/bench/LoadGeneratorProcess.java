package millrace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import millrace.bench.load.LoadGenerator;
import millrace.bench.load.LoadPlan;
import millrace.bench.load.LoadResult;
import millrace.events.Json;

/** The load generator in a process of its own, which ends with this one. */
final class LoadGeneratorProcess implements AutoCloseable {
    private static final List<String> JVM =
            List.of("-XX:+UseSerialGC", "-Xms128m", "-Xmx128m", "-XX:MaxDirectMemorySize=512m", "-Xss512k");

    private final Process process;
    private final BufferedReader output;
    private final Path log;

    private LoadGeneratorProcess(Process process, Path log) {
        this.process = process;
        this.output = process.inputReader();
        this.log = log;
    }

    /** Starts the process. It ignores SIGINT and SIGHUP; this process receives them and ends it. */
    static LoadGeneratorProcess start(Path log) {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "load"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadGenerator.class.getName()));
        try {
            var builder = new ProcessBuilder(command).redirectError(log.toFile());
            return new LoadGeneratorProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("The load generator cannot be started", e);
        }
    }

    /**
     * Runs a load.
     *
     * @param onPhase called when the measured time begins, and when it ends
     * @throws BenchmarkException if the plan is invalid, no server accepts connections, or the process has ended
     */
    LoadResult run(LoadPlan plan, Runnable onPhase) {
        try {
            var input = process.outputWriter();
            input.write(Json.MAPPER.writeValueAsString(plan));
            input.newLine();
            input.flush();
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                switch (line) {
                    case LoadGenerator.BEGINS, LoadGenerator.ENDS -> onPhase.run();
                    default -> {
                        return result(line);
                    }
                }
            }
            throw new BenchmarkException("The load generator has ended; its output is in " + log + ".");
        } catch (IOException e) {
            throw new BenchmarkException("The load generator has ended; its output is in " + log + ".", e);
        }
    }

    ProcessUsage usage() {
        return ProcessUsage.of(process.pid());
    }

    /** Kills the process, even during a load. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private static LoadResult result(String line) throws IOException {
        if (line.startsWith(LoadGenerator.FAILED)) {
            throw new BenchmarkException(line.substring(LoadGenerator.FAILED.length()));
        }
        return Json.MAPPER.readValue(line, LoadResult.class);
    }
}
