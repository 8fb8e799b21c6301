package millrace.audit.cli;

import static millrace.audit.restore.ArchiveFixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import millrace.audit.AuditPlatformResource;
import millrace.audit.restore.ArchiveFixture;
import millrace.audit.restore.RestoredChannel;
import millrace.local.Platform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the command as a process with the config vars of the platform only. */
@Tag("platform")
class RestoreCommandTest {
    private static final long NOON = Instant.parse("2024-05-01T12:00:00Z").toEpochMilli();
    private static final int RECORDS = 6000;
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final Map<Process, Path> OUTPUTS = new HashMap<>();

    private static AuditPlatformResource resource;
    private static Platform platform;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        resource = new AuditPlatformResource();
        resource.start();
        platform = resource.platform();
        try (var database = RestoredChannel.connect(platform)) {
            var rows =
                    IntStream.range(0, RECORDS).mapToObj(n -> row("orders", n % 3, n / 3, NOON + n, "k" + n, "v" + n));
            ArchiveFixture.insert(database, rows.toList());
        }
    }

    @AfterAll
    static void stop() {
        resource.stop();
    }

    @Test
    @Tag("long")
    void killed_in_the_middle_and_run_again_it_restores_each_record_once() throws Exception {
        var back = RestoredChannel.make(platform, "orders-back", 3);
        for (var killed = 1; killed <= 3; killed++) {
            var process = process("--channel", "orders", "--into", "orders-back", "--rate", "1000");
            var enough = killed * 1000;
            await().atMost(SOON).until(() -> back.size() >= enough);
            process.destroyForcibly().waitFor();
        }
        assertThat(back.size()).isLessThan(RECORDS);

        var out = run(0, "--channel", "orders", "--into", "orders-back");

        assertThat(out).contains("orders, partition 0: 2,000 records").contains("Restored: 6,000 records");
        for (var partition = 0; partition < 3; partition++) {
            assertThat(back.values(partition)).containsExactlyElementsOf(values(partition));
        }
        assertThat(run(0, "--channel", "orders", "--into", "orders-back")).contains("6,000 of them there already");
    }

    @Test
    void ended_as_people_end_it_the_command_says_that_it_can_go_on() throws Exception {
        var back = RestoredChannel.make(platform, "orders-ended", 3);
        var process = process("--channel", "orders", "--into", "orders-ended", "--rate", "500");
        await().atMost(SOON).until(() -> back.size() >= 100);

        process.destroy();
        process.waitFor();

        var said = output(process);
        assertThat(said).contains("Stopped: the same command continues. Restored so far: ");
        assertThat(said).contains("Restored so far: %,d records".formatted(back.size()));
    }

    @Test
    void a_dry_run_says_what_there_is_and_publishes_nothing() throws Exception {
        var back = RestoredChannel.make(platform, "orders-dry", 3);

        var out = run(0, "--channel", "orders", "--into", "orders-dry", "--from", "2024-05-01T12:00:03Z", "--dry-run");

        assertThat(out).contains("3,000 records into orders-dry as replay ").contains("2024-05-01T12:00:03Z");
        assertThat(back.size()).isZero();
    }

    @Test
    void what_it_cannot_do_is_one_sentence() throws Exception {
        assertThat(run(1, "--channel", "orders", "--into", "clicks"))
                .isEqualTo(
                        "Nothing is restored into clicks, which is a channel of the catalogue: make a new one and name"
                                + " that.\n");
        assertThat(run(2, "--channel", "orders", "--into", "x", "--from", "noon"))
                .contains("'noon' is no time such as 2024-05-01T12:00:00Z");
        assertThat(run(2, "--channel", "orders", "--into", "x", "--rate", "-1")).contains("--rate must be");
    }

    private static List<String> values(int partition) {
        return IntStream.range(0, RECORDS)
                .filter(n -> n % 3 == partition)
                .mapToObj(n -> "v" + n)
                .toList();
    }

    private static String run(int code, String... arguments) throws Exception {
        var process = process(arguments);
        assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        var output = output(process);
        assertThat(process.exitValue()).as(output).isEqualTo(code);
        return output;
    }

    private static Process process(String... arguments) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<>(List.of(java, "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classpath));
        command.addAll(List.of("millrace.audit.cli.AuditCommand", "restore"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var output = File.createTempFile("restore", ".log", folder.toFile());
        builder.redirectOutput(output);
        builder.environment().putAll(platform.configVars());
        var process = builder.start();
        OUTPUTS.put(process, output.toPath());
        return process;
    }

    private static String output(Process process) throws IOException {
        return Files.readString(OUTPUTS.get(process));
    }
}
