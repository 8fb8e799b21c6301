package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Refusals of invalid options. */
class BenchTest {
    private final StringWriter said = new StringWriter();

    @Test
    void an_unknown_server_is_refused_with_the_known_ones() {
        assertThat(execute("ingest", "--only", "edge,nginx")).isNotZero();
        assertThat(said.toString())
                .startsWith("--only names \"nginx\"; expected some of edge, http, log, node, naive.");
    }

    @Test
    void an_unknown_row_contender_or_guarantee_is_refused_with_the_known_ones() {
        assertThat(execute("analytics", "--guarantee", "exactly_once")).isNotZero();
        assertThat(execute("analytics", "--only", "millrace,spark")).isNotZero();
        assertThat(execute("analytics", "--row", "steady,slow")).isNotZero();
        assertThat(said.toString())
                .contains("--guarantee names \"exactly_once\"; expected some of at_least_once, exactly_once_v2.")
                .contains("--only names \"spark\"; expected some of millrace, textbook, flink.")
                .contains("--row names \"slow\"; expected some of usual, steady, repeats, late, orders, large-state,"
                        + " one-visitor, restore, latency.");
    }

    @Test
    void numbers_that_measure_nothing_are_refused() {
        assertThat(execute("ingest", "--seconds", "0")).isNotZero();
        assertThat(execute("ingest", "--connections", "32,0")).isNotZero();
        assertThat(execute("ingest", "--rates", "0")).isNotZero();
        assertThat(execute("analytics", "--pages", "0")).isNotZero();
        assertThat(execute("analytics", "--runs", "0")).isNotZero();
        assertThat(said.toString().lines().filter(line -> line.contains("expected 1 or more")))
                .hasSize(5);
    }

    private int execute(String... arguments) {
        return Bench.commandLine(new BenchmarkShutdown())
                .setErr(new PrintWriter(said, true))
                .execute(arguments);
    }
}
