package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs each scenario for seconds, on a real platform: a test of the benchmarks, not a measurement. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-5")
class ScenariosTest {
    @BeforeEach
    void useProject() {
        System.setProperty("millrace.root", System.getProperty("project.root"));
    }

    @Test
    void every_server_is_measured_under_every_load() {
        var printed = run("ingest --connections 8 --rates 100 --seconds 1 --warmup 1");

        for (var load : new String[] {"8 connections", "100/s", "batches of 100"}) {
            assertThat(printed).containsPattern(load + " +http .*[0-9]\\n");
            for (var server : new String[] {"edge", "naive"}) {
                assertThat(printed).containsPattern(load + " +" + server + " .* all\\n");
            }
        }
        assertThat(printed).containsPattern("producer +log .* all\\n").contains("edge / naive", "edge / http");
        assertThat(printed)
                .as("Node.js is measured, or missing")
                .containsPattern("batches of 100 +node .* all\\n|node: Node\\.js 20 or newer is needed");
    }

    @Test
    void orders_are_applied_and_their_latency_is_measured() {
        assertThat(run("orders --backlog 3000 --rate 50 --seconds 1"))
                .containsPattern("database [0-9,]+ orders/s")
                .containsPattern("orders   [0-9,]+ transactions/s applied, [0-9,]+/s published")
                .containsPattern("orders / database  [0-9.]+")
                .containsPattern("latency  50 orders/s: p50 [0-9.]+ ms, .* missing 0");
    }

    @Test
    void every_job_counts_the_backlog_and_restores_its_state_after_a_kill() {
        var printed = run("analytics --row restore --backlog 40000");

        assertThat(printed).containsPattern("restore +read +[0-9,]+ +1\\.000\\n");
        for (var job : new String[] {"millrace", "textbook"}) {
            assertThat(printed).containsPattern("restore +" + job + "( +[0-9,.]+){8}\\n");
        }
        assertThat(printed)
                .as("Flink assigns the partitions itself: only the time from its start can be measured")
                .containsPattern("restore +flink( +[0-9,.]+){7}\\n");
    }

    @Test
    void the_latency_of_a_count_is_measured_from_the_edge() {
        assertThat(run("analytics --row latency --only millrace --backlog 30000 --rate 100 --seconds 1"))
                .containsPattern("latency +read +[0-9,]+ +1\\.000\\n")
                .containsPattern("latency +millrace( +[0-9,.]+){8}\\n");
    }

    @Test
    void clicks_are_archived_verified_and_proved_beside_a_copy_of_their_rows() {
        assertThat(run("audit --backlog 50000"))
                .containsPattern("audit    [0-9,]+ rows/s, with chain and checkpoints")
                .containsPattern("database [0-9,]+ rows/s: one COPY, text, 3 times .*; audit / database [0-9.]+")
                .containsPattern("database [0-9,]+ rows/s: one COPY, binary, 3 times")
                .containsPattern(
                        "verify   [0-9,]+ records/s, rows against checkpoints; CPU us each: command [0-9.]+; [0-9]+ MiB")
                .containsPattern("verify   [0-9,]+ records/s, and the broker; CPU us each: command [0-9.]+; [0-9]+ MiB")
                .containsPattern("prove    [0-9]+ ms the first, of the others [0-9]+ ms the median");
    }

    /** Returns what a command prints; asserts that it succeeds. */
    private static String run(String command) {
        var printed = new StringWriter();
        var failed = new StringWriter();
        var exitCode = Bench.commandLine(new BenchmarkShutdown())
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(failed, true))
                .execute(command.split(" "));
        assertThat(exitCode).as(failed::toString).isZero();
        return printed.toString();
    }
}
