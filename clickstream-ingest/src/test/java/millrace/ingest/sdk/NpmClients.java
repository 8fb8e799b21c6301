package millrace.ingest.sdk;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import millrace.ingest.EdgePlatformResource;
import org.eclipse.microprofile.config.ConfigProvider;

/** Runs the clients in {@code src/test/sdk}, each in a process of its own, as its users run it. */
public final class NpmClients {
    private static final Path HOME = Path.of("src/test/sdk").toAbsolutePath();
    private static final Path WANTED = HOME.resolve("package-lock.json");
    private static final Path INSTALLED = HOME.resolve("node_modules/installed.json");
    private static final Duration INSTALLED_WITHIN = Duration.ofMinutes(5);
    private static final Duration DELIVERED_WITHIN = Duration.ofMinutes(4);

    private NpmClients() {}

    /** Installs the packages where they are missing or have changed; does nothing on a machine that cannot run them. */
    static void install() {
        try {
            if (canRun() && (!Files.exists(INSTALLED) || Files.mismatch(WANTED, INSTALLED) >= 0)) {
                installAnew();
                Files.copy(WANTED, INSTALLED, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(INSTALLED + " cannot be compared with " + WANTED, e);
        }
    }

    private static void installAnew() {
        try {
            start(INSTALLED_WITHIN, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                    .close();
        } catch (AssertionError failure) {
            throw new AssertionError(
                    "The packages of " + WANTED + " cannot be installed: is there a registry that npm reaches?",
                    failure);
        }
    }

    /** Skips a test on a machine that cannot run the clients. */
    static void needNode() {
        assumeTrue(canRun(), "The clients of npm are not tried: node 20 or newer and npm are not on the PATH.");
    }

    /** Skips a test on a machine without the browser. */
    static void needBrowser() {
        assumeTrue(isOnThePath("chromium"), "The clients of browsers are not tried: chromium is not on the PATH.");
    }

    /**
     * Runs a script against the edge. It prints the messages that it delivered in one line, and may run until it is
     * closed.
     */
    static TestProgram visit(String visitor, String script, String... arguments) {
        return visitAt(edge(), visitor, script, arguments);
    }

    static String edge() {
        return "http://localhost:" + ConfigProvider.getConfig().getValue("quarkus.http.test-port", String.class);
    }

    /** Runs a script against the edge behind another address. */
    static TestProgram visitAt(String edge, String visitor, String script, String... arguments) {
        var command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        command.addAll(List.of(edge, EdgePlatformResource.WRITE_KEY, visitor));
        return start(DELIVERED_WITHIN, command.toArray(String[]::new));
    }

    private static boolean canRun() {
        if (!isOnThePath("node") || !isOnThePath("npm")) {
            return false;
        }
        try (var node = start(DELIVERED_WITHIN, "node", "--version")) {
            return Integer.parseInt(node.line().replaceAll("^v|[.].*", "")) >= 20;
        }
    }

    private static TestProgram start(Duration limit, String... command) {
        return TestProgram.start(HOME, limit, List.of(command));
    }

    private static boolean isOnThePath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }
}
