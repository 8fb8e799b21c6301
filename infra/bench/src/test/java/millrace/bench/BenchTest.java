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
    void an_unknown_guarantee_is_refused_with_the_known_ones() {
        assertThat(execute("analytics", "--only", "exactly_once")).isNotZero();
        assertThat(said.toString())
                .startsWith("--only names \"exactly_once\"; expected some of exactly_once_v2, at_least_once.");
    }

    @Test
    void numbers_that_measure_nothing_are_refused() {
        assertThat(execute("ingest", "--seconds", "0")).isNotZero();
        assertThat(execute("ingest", "--connections", "32,0")).isNotZero();
        assertThat(execute("ingest", "--rates", "0")).isNotZero();
        assertThat(execute("analytics", "--pages", "0")).isNotZero();
        assertThat(said.toString().lines().filter(line -> line.contains("expected 1 or more")))
                .hasSize(4);
    }

    private int execute(String... arguments) {
        return Bench.commandLine(new BenchmarkShutdown())
                .setErr(new PrintWriter(said, true))
                .execute(arguments);
    }
}
