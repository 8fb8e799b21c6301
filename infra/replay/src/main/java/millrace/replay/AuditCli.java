package millrace.replay;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs {@code bin/audit} as a process, because only the audit service knows the format of its archive. */
record AuditCli(PlatformConnection platform) {
    /** Runs a command and prints its output, indented. */
    void run(PrintWriter out, String... arguments) {
        run(
                line -> {
                    out.println("  " + line);
                    out.flush();
                },
                arguments);
    }

    /** @throws ReplayException if the command exits with an error, which is part of the printed output */
    private void run(Consumer<String> line, String... arguments) {
        try {
            var process = start(arguments);
            try (var output = process.inputReader()) {
                output.lines().forEach(line);
            }
            if (process.waitFor() != 0) {
                throw new ReplayException(
                        "bin/audit %s ends with %d.".formatted(String.join(" ", arguments), process.exitValue()));
            }
        } catch (IOException e) {
            throw new ReplayException("bin/audit cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReplayException("It was interrupted.", e);
        }
    }

    private Process start(String... arguments) throws IOException {
        var app = platform.root().resolve("audit-service/target/quarkus-app");
        var classPath = String.join(
                File.pathSeparator,
                app.resolve("app") + "/*",
                app.resolve("lib/main") + "/*",
                app.resolve("lib/boot") + "/*");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-cp",
                classPath,
                "millrace.audit.cli.AuditCommand"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(platform.vars());
        return builder.start();
    }
}
