package millrace.replay;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code bin/audit}, because only the audit service knows the format of its archive. */
record AuditCli(PlatformConnection platform) {
    /**
     * Runs a command and prints its output, indented.
     *
     * @throws ReplayException if the command exits with an error, which is part of the printed output
     */
    void run(PrintWriter out, String... arguments) {
        var command =
                new ArrayList<>(List.of(platform.root().resolve("bin/audit").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(platform.vars());
        try {
            var process = builder.start();
            try (var output = process.inputReader()) {
                output.lines().forEach(line -> {
                    out.println("  " + line);
                    out.flush();
                });
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
}
