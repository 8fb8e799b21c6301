package millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** An edge built from npm packages: Fastify and a Kafka client, with one process for each of two cores. */
final class NodeEdge {
    private static final int MIN_MAJOR_VERSION = 20;
    private static final Pattern VERSION = Pattern.compile("v([0-9]+)\\.");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", ".npmrc", "edge.mjs");

    private final TestBed bed;
    private final Path sources;
    private final Path folder;

    NodeEdge(TestBed bed) {
        this.bed = bed;
        this.sources = bed.project().folder().resolve("infra/bench/src/main/node");
        this.folder = bed.project().folder().resolve("infra/bench/target/node");
    }

    /**
     * Installs the packages if necessary and returns the command.
     *
     * @throws BenchmarkException if Node.js is absent or too old, or if the packages cannot be installed
     */
    String command() {
        var version = run("node --version || true").strip();
        var number = VERSION.matcher(version);
        if (!number.lookingAt() || Integer.parseInt(number.group(1)) < MIN_MAJOR_VERSION) {
            throw new BenchmarkException("Node.js " + MIN_MAJOR_VERSION + " or newer is needed: " + version + ".");
        }
        try {
            Files.createDirectories(folder);
            var installed = Files.exists(folder.resolve("node_modules/.package-lock.json"))
                    && Files.mismatch(sources.resolve("package-lock.json"), folder.resolve("package-lock.json")) < 0;
            for (var file : FILES) {
                Files.copy(sources.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!installed) {
                run("cd '" + folder + "' && npm ci --ignore-scripts --no-audit --no-fund");
            }
        } catch (IOException e) {
            throw new BenchmarkException(
                    "The packages from npm cannot be put into " + folder + ": " + e.getMessage(), e);
        }
        return "exec node '" + folder.resolve("edge.mjs") + "'";
    }

    private String run(String command) {
        return bed.run("npm", command, System.getenv(), Duration.ofMinutes(5));
    }
}
