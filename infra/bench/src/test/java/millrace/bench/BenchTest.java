package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What is said to who asks for something that cannot be measured. */
class BenchTest {
    private final StringWriter said = new StringWriter();

    @Test
    void a_contender_that_nobody_knows_is_refused_with_those_that_are_known() {
        assertThat(execute("ingest", "--only", "edge,nginx")).isNotZero();
        assertThat(said.toString())
                .startsWith("--only names \"nginx\"; expected some of edge, http, log, node, naive.");
    }

    @Test
    void a_guarantee_that_nobody_knows_is_refused_with_those_that_are_known() {
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
