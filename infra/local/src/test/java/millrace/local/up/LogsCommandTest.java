package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogsCommandTest {
    @Test
    void it_ends_with_the_reader_of_its_pipe(@TempDir Path home) throws Exception {
        var log = Files.createDirectories(home.resolve("logs")).resolve("web.1.log");
        Files.writeString(log, "first\n");
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LogsCommand.class.getName(),
                "-f");
        builder.environment().put("MILLRACE_HOME", home.toString());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        var logs = builder.start();
        try {
            var reader = new BufferedReader(new InputStreamReader(logs.getInputStream(), StandardCharsets.UTF_8));
            assertThat(reader.readLine()).endsWith("| first");
            reader.close();

            await().atMost(Duration.ofSeconds(20)).until(() -> {
                Files.writeString(log, "more\n", StandardOpenOption.APPEND);
                return !logs.isAlive();
            });
            assertThat(logs.exitValue()).isZero();
        } finally {
            logs.destroyForcibly().waitFor();
        }
    }
}
