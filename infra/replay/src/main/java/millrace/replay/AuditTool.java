package millrace.replay;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** {@code bin/audit} as a process of its own: what an archive is only the audit service knows. */
record AuditTool(Site site) {
    /** Prints what it prints. */
    void run(PrintWriter out, String... arguments) {
        run(
                line -> {
                    out.println("  " + line);
                    out.flush();
                },
                arguments);
    }

    /** @throws CannotReplay where it does not end well; its own words are among those that were printed */
    private void run(Consumer<String> line, String... arguments) {
        try {
            var process = start(arguments);
            try (var words = process.inputReader()) {
                words.lines().forEach(line);
            }
            if (process.waitFor() != 0) {
                throw new CannotReplay(
                        "bin/audit %s ends with %d.".formatted(String.join(" ", arguments), process.exitValue()));
            }
        } catch (IOException e) {
            throw new CannotReplay("bin/audit cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotReplay("It was interrupted.", e);
        }
    }

    private Process start(String... arguments) throws IOException {
        var app = site.root().resolve("audit-service/target/quarkus-app");
        var classPath = String.join(
                File.pathSeparator,
                app.resolve("app") + "/*",
                app.resolve("lib/main") + "/*",
                app.resolve("lib/boot") + "/*");
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-cp",
                classPath,
                "millrace.audit.cli.AuditCommand"));
        words.addAll(List.of(arguments));
        var builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(site.vars());
        return builder.start();
    }
}
