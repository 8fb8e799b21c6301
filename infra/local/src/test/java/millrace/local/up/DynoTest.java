package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import millrace.local.DataDirectory;
import millrace.local.Procfile;
import millrace.paas.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each limit of a container with a small process that breaks it. */
@Timeout(60)
class DynoTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final Dyno.Limits LIMITS =
            new Dyno.Limits(100 * MEBIBYTE, Duration.ofSeconds(60), Duration.ofSeconds(1));
    private static final String NAME = "heroku[shop.1]: ";
    private static final String LINE =
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00 heroku\\[shop\\.1]: ";

    @TempDir
    private Path folder;

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private DataDirectory directory;
    private SupervisedProcess process;
    private Instant now = Instant.now();

    @BeforeEach
    void open() {
        directory = DataDirectory.open(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        process.process().kill();
        directory.close();
    }

    @Test
    void a_web_process_that_does_not_listen_within_a_minute_is_killed_and_restarted() throws IOException {
        var port = Ports.free(0);
        start("exec sleep 1000", "http://127.0.0.1:" + port, OptionalInt.of(port));
        check(Duration.ofSeconds(60));
        assertThat(process.process().isAlive()).isTrue();

        check(Duration.ofSeconds(1));
        assertThat(process.process().isAlive()).isFalse();
        check(Duration.ZERO);

        var error = "Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch";
        assertThat(messages)
                .containsExactly(
                        NAME + error,
                        NAME + "State changed from starting to crashed",
                        "shop.1 has ended and is started again in 1 s; see bin/logs shop.1");
        assertThat(platformLines())
                .containsExactly(
                        "Starting process with command `exec sleep 1000`",
                        "State changed from down to starting",
                        error,
                        "Stopping process with SIGKILL",
                        "Process exited with status 137",
                        "State changed from starting to crashed");

        check(Duration.ofSeconds(1));
        check(Duration.ofSeconds(60));
        assertThat(process.process().isAlive())
                .as("a minute begins anew with each start")
                .isTrue();
    }

    @Test
    void a_web_process_that_listens_and_is_not_ready_is_left_alone() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            start("exec sleep 1000", "http://127.0.0.1:1", OptionalInt.of(socket.getLocalPort()));

            check(Duration.ofSeconds(61));

            assertThat(messages).isEmpty();
            assertThat(process.state()).isEqualTo(SupervisedProcess.State.STARTING);
        }
    }

    @Test
    void more_memory_than_the_limit_is_reported_and_twice_as_much_kills() throws IOException {
        var more = folder.resolve("more");
        start(
                "exec '%s' -XX:+UseSerialGC -Xms300m -Xmx300m -Xmn8m -cp '%s' %s '%s'"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                MemoryTaker.class.getName(),
                                more),
                "",
                OptionalInt.empty());
        awaitLog("has 110 MiB");
        check(Duration.ZERO);

        check(Duration.ofSeconds(5));
        check(Duration.ofSeconds(5));
        assertThat(messages).containsExactly(NAME + "Error R14 (Memory quota exceeded)");
        assertThat(platformLines())
                .filteredOn(line -> line.contains("mem") || line.contains("R14"))
                .satisfiesExactly(
                        line -> assertThat(line).matches("Process running mem=1\\d\\dM\\(1\\d\\d\\.\\d%\\)"),
                        line -> assertThat(line).isEqualTo("Error R14 (Memory quota exceeded)"));

        check(Duration.ofSeconds(15));
        assertThat(platformLines().stream().filter(line -> line.contains("R14")))
                .as("logged again after 20 s, and not shown again")
                .hasSize(2);

        Files.createFile(more);
        awaitLog("has 210 MiB");
        check(Duration.ofSeconds(5));
        check(Duration.ZERO);
        assertThat(messages)
                .containsExactly(
                        NAME + "Error R14 (Memory quota exceeded)",
                        NAME + "Error R15 (Memory quota vastly exceeded)",
                        NAME + "State changed from up to crashed",
                        "shop.1 has ended and is started again in 1 s; see bin/logs shop.1");
        assertThat(platformLines())
                .endsWith(
                        "Error R15 (Memory quota vastly exceeded)",
                        "Stopping process with SIGKILL",
                        "Process exited with status 137",
                        "State changed from up to crashed");
    }

    @Test
    void a_process_that_ignores_the_end_is_killed_when_its_time_is_over() throws IOException {
        start("trap '' TERM; echo ignores; while :; do sleep 1; done", "", OptionalInt.empty());

        stopped("ignores");

        assertThat(messages)
                .containsExactly(
                        NAME
                                + "Error R12 (Exit timeout) -> At least one process failed to exit within 1 seconds of SIGTERM");
        assertThat(platformLines())
                .endsWith(
                        "Stopping all processes with SIGTERM",
                        "Error R12 (Exit timeout) -> At least one process failed to exit within 1 seconds of SIGTERM",
                        "Stopping remaining processes with SIGKILL",
                        "Process exited with status 137",
                        "State changed from up to down");
    }

    @Test
    void a_descendant_that_ignores_the_end_is_killed_too() throws IOException {
        start("(trap '' TERM; echo ignores; exec sleep 1000) & wait", "", OptionalInt.empty());

        var descendants = stopped("ignores");

        assertThat(descendants).hasSizeGreaterThan(1).noneMatch(ProcessHandle::isAlive);
        assertThat(messages).singleElement().asString().startsWith(NAME + "Error R12 ");
        assertThat(platformLines()).contains("Process exited with status 143");
    }

    @Test
    void a_process_that_ends_in_time_is_down_without_an_error() throws IOException {
        start("echo runs; exec sleep 1000", "", OptionalInt.empty());

        stopped("runs");

        assertThat(messages).isEmpty();
        assertThat(platformLines())
                .endsWith(
                        "Stopping all processes with SIGTERM",
                        "Process exited with status 143",
                        "State changed from up to down");
    }

    private void start(String command, String url, OptionalInt port) {
        var server =
                new AppProcess(directory, folder, new Procfile.Line("shop.1", command), Map::of, url, LIMITS.exit());
        var dyno = new Dyno("shop.1", LIMITS, port, command, messages::add);
        process = new SupervisedProcess(server, Optional.of(dyno), messages::add);
        process.start(now);
    }

    /** Stops the process when its log has the text, and returns the process and its descendants of before. */
    private List<ProcessHandle> stopped(String text) {
        awaitLog(text);
        check(Duration.ZERO);
        var all = process.process().withDescendants();
        process.stop(now);
        process.awaitEnd();
        assertThat(process.state()).isEqualTo(SupervisedProcess.State.DOWN);
        return all;
    }

    private void check(Duration later) {
        now = now.plus(later);
        process.check(now);
    }

    private void awaitLog(String text) {
        await(text).atMost(Duration.ofSeconds(30)).until(() -> log().contains(text));
    }

    private String log() throws IOException {
        return Files.readString(process.process().log().path());
    }

    /** Lines of the PaaS in the log of the process, without what is before each. */
    private List<String> platformLines() throws IOException {
        return log().lines()
                .filter(line -> line.matches(LINE + ".*"))
                .map(line -> line.replaceFirst(LINE, ""))
                .toList();
    }
}
