package millrace.console.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import millrace.console.call.ConsoleException;
import millrace.events.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script stands in for the program; it ends when the file {@code go} has its exit code, or with a signal. */
class ReplayProcessTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ReplayCall RUN = new ReplayCall("run", "orders", List.of("orders", "--until-caught-up"));
    private static final ReplayCall COMPARE = new ReplayCall("compare", "orders", List.of("orders", "--json"));

    private static final String PROGRAM = """
            #!/bin/sh
            trap 'echo "Stopped before it had caught up."; exit 143' TERM
            cat said
            while [ ! -e go ]; do sleep 0.05; done
            exit $(cat go)
            """;

    @TempDir
    private Path project;

    private ReplayProcess process;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(project.resolve("bin"));
        var program = Files.writeString(project.resolve("bin/launch"), PROGRAM);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        say("  1,000 records read, 20 left, 100/s, about 1s left\nCaught up.\n");
        process = console();
    }

    @AfterEach
    void end() throws IOException {
        go(0);
        await().atMost(SOON).until(() -> !"running".equals(state()));
    }

    @Test
    void a_command_is_shown_with_its_progress_while_it_runs_and_with_its_end() throws IOException {
        process.start(RUN);

        assertThat(process.shown()).hasValueSatisfying(shown -> {
            assertThat(shown.line()).isEqualTo("bin/replay run orders --until-caught-up");
            assertThat(shown.state()).isEqualTo("running");
            assertThat(shown.ended()).isNull();
        });
        await().atMost(SOON).until(() -> process.shown().orElseThrow().progress() != null);
        assertThat(process.shown().orElseThrow().progress()).startsWith("1,000 records read, ");

        go(0);
        await().atMost(SOON).until(() -> "done".equals(state()));
        assertThat(process.shown().orElseThrow().ended()).isNotNull();
        assertThat(process.shown().orElseThrow().lines()).endsWith("Caught up.");
    }

    @Test
    void one_runs_at_a_time() {
        process.start(RUN);

        assertThatThrownBy(() -> process.start(COMPARE))
                .isInstanceOf(ConsoleException.class)
                .hasMessageStartingWith("bin/replay run orders --until-caught-up is running: ");
    }

    @Test
    void a_command_that_is_told_to_stop_ends_as_with_ctrl_c() {
        process.start(RUN);
        await().atMost(SOON).until(() -> process.shown().orElseThrow().progress() != null);

        process.stop();

        await().atMost(SOON).until(() -> "stopped".equals(state()));
        assertThat(process.shown().orElseThrow().lines()).endsWith("Stopped before it had caught up.");
        assertThatThrownBy(process::stop).hasMessage("No command of a page is running.");
    }

    @Test
    void the_console_that_follows_a_killed_one_shows_what_it_has_left_running_and_its_end() throws IOException {
        process.start(RUN);
        process = console();

        assertThat(state()).isEqualTo("running");
        assertThatThrownBy(() -> process.start(RUN)).isInstanceOf(ConsoleException.class);

        go(3);
        await().atMost(SOON).until(() -> "refused".equals(state()));
        assertThat(process.shown().orElseThrow().exitCode()).isEqualTo(3);
    }

    @Test
    void a_command_that_is_killed_has_no_exit_code_and_makes_room_for_the_next() throws IOException {
        process.start(RUN);
        var shell = shell();
        var program = shell.children().findFirst();
        shell.destroyForcibly();
        program.ifPresent(ProcessHandle::destroy);

        await().atMost(SOON).until(() -> "killed".equals(state()));
        process.start(RUN);
        assertThat(state()).isEqualTo("running");
    }

    @Test
    void the_last_line_of_a_comparison_is_its_result_also_where_the_generations_differ() throws IOException {
        assertThat(process.shown()).isEmpty();
        assertThat(process.comparison()).isEmpty();
        say("Generation 2 beside 1, which is live:\n{\"parts\":[]}\n");
        go(1);

        process.start(COMPARE);

        await().atMost(SOON).until(() -> "done".equals(state()));
        assertThat(process.comparison()).contains("{\"parts\":[]}");
        assertThat(process.shown().orElseThrow().lines()).containsExactly("Generation 2 beside 1, which is live:");
    }

    @Test
    void rows_and_personal_keys_that_a_comparison_prints_are_dots() throws IOException {
        say("""
                  visits                   12 equal
                  orders shop/1
                    live:   {"customer_id": "ann"}
                    shadow: no such key
                  visits 2024-05-01T12:00:00Z|shop|ann, still changing
                1 keys differ.
                """.indent(0));

        process.start(RUN);

        await().atMost(SOON).until(() -> process.shown().orElseThrow().lines().contains("1 keys differ."));
        assertThat(process.shown().orElseThrow().lines())
                .containsExactly(
                        "  visits                   12 equal",
                        "  orders shop/1",
                        "    live:   •••",
                        "    shadow: no such key",
                        "  visits •••",
                        "1 keys differ.");
    }

    @Test
    void of_a_long_output_the_end_is_kept() throws IOException {
        say("word ".repeat(1_000) + "\n" + "line\n".repeat(20_000) + "the last\n");

        process.start(RUN);

        await().atMost(SOON).until(() -> process.shown().orElseThrow().lines().contains("the last"));
        assertThat(process.shown().orElseThrow().lines()).hasSize(80);
    }

    private ReplayProcess console() {
        return new ReplayProcess(project, project.resolve("home"));
    }

    private String state() {
        return process.shown().map(ReplayProcess.Shown::state).orElse(null);
    }

    private ProcessHandle shell() throws IOException {
        var file = Files.readString(project.resolve("home/replay/console.json"));
        return ProcessHandle.of(Json.MAPPER.readTree(file).path("process").asLong())
                .orElseThrow();
    }

    private void say(String text) throws IOException {
        Files.writeString(project.resolve("said"), text);
    }

    /** The program ends with that exit code. The file has it at once, because it is moved to its place. */
    private void go(int exitCode) throws IOException {
        var file = Files.writeString(project.resolve("going"), Integer.toString(exitCode));
        Files.move(file, project.resolve("go"), StandardCopyOption.REPLACE_EXISTING);
    }
}
