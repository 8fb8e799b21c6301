package millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** An edge built from npm packages: Fastify and a Kafka client, with one process for each of two cores. */
final class NodeEdge {
    private static final int MIN_MAJOR_VERSION = 20;
    private static final Pattern VERSION = Pattern.compile("v([0-9]+)\\..*");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", ".npmrc", "edge.mjs");
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(5);
    private static final long POLL_EVERY_MS = 100;

    private final Path sources;
    private final Path folder;
    private final BenchmarkShutdown stop;

    NodeEdge(ProjectCommands project, BenchmarkShutdown stop) {
        this.sources = project.folder().resolve("infra/bench/src/main/node");
        this.folder = project.folder().resolve("infra/bench/target/node");
        this.stop = stop;
    }

    /**
     * Installs the packages if necessary and returns the server.
     *
     * @throws BenchmarkException if Node.js is absent or too old, or if the packages cannot be installed
     */
    ServerVariant variant() {
        requireNode();
        try {
            Files.createDirectories(folder);
            var installed = Files.exists(folder.resolve("node_modules/.package-lock.json"))
                    && Files.mismatch(sources.resolve("package-lock.json"), folder.resolve("package-lock.json")) < 0;
            for (var file : FILES) {
                Files.copy(sources.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!installed) {
                run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            }
        } catch (IOException e) {
            throw new BenchmarkException(
                    "The packages from npm cannot be put into " + folder + ": " + e.getMessage(), e);
        }
        return new ServerVariant(ServerVariant.NODE, "exec node '" + folder.resolve("edge.mjs") + "'", Map.of(), true);
    }

    private void requireNode() {
        try {
            var version = run("node", "--version").strip();
            var number = VERSION.matcher(version);
            if (!number.matches() || Integer.parseInt(number.group(1)) < MIN_MAJOR_VERSION) {
                throw new BenchmarkException(
                        "Node.js " + MIN_MAJOR_VERSION + " or newer is needed, and node is " + version + ".");
            }
        } catch (IOException e) {
            throw new BenchmarkException(
                    "Node.js " + MIN_MAJOR_VERSION + " or newer is needed, and there is no node on the PATH.", e);
        }
    }

    private String run(String... command) throws IOException {
        var log = Files.createTempFile("npm", ".log");
        try {
            var process = new ProcessBuilder(command)
                    .directory(Files.isDirectory(folder) ? folder.toFile() : null)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            await(process, command[0]);
            var output = Files.readString(log);
            if (process.exitValue() != 0) {
                throw new BenchmarkException(String.join(" ", command) + " failed:\n" + output.strip());
            }
            return output;
        } finally {
            Files.delete(log);
        }
    }

    private void await(Process process, String name) {
        var polls = INSTALL_TIMEOUT.toMillis() / POLL_EVERY_MS;
        try {
            while (!process.waitFor(POLL_EVERY_MS, TimeUnit.MILLISECONDS)) {
                stop.check();
                if (polls-- == 0) {
                    throw new BenchmarkException(
                            name + " has not ended after " + INSTALL_TIMEOUT.toMinutes() + " min.");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("Interrupted while " + name + " was running.", e);
        } finally {
            process.destroy();
        }
    }
}
