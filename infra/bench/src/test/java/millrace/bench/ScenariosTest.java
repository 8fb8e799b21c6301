package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs each scenario for seconds, on a real platform: a test of the benchmarks, not a measurement. */
@Tag("platform")
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
    void clicks_are_counted_and_the_latency_of_a_count_is_measured() {
        assertThat(run("analytics --backlog 30000 --rate 100 --seconds 1 --only at_least_once"))
                .containsPattern("read +[0-9,]+ events/s: ConsumerPerformance")
                .containsPattern("at_least_once +[0-9,]+ events/s, [0-9.]+ of read; CPU us each")
                .containsPattern("at_least_once +100 page views/s: in a count after p50 [0-9.]+ ms, .* missing 0");
    }

    @Test
    void clicks_are_archived_beside_a_copy_of_their_rows() {
        assertThat(run("audit --backlog 50000"))
                .containsPattern("audit    [0-9,]+ rows/s, with chain and checkpoints")
                .containsPattern("database [0-9,]+ rows/s: one COPY, text, 3 times .*; audit / database [0-9.]+")
                .containsPattern("database [0-9,]+ rows/s: one COPY, binary, 3 times");
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
