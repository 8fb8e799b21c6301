package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulated shoppers at the door of the edge. */
class ShoppersTest {
    @TempDir
    Path folder;

    private FakeEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new FakeEdge();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void the_expected_numbers_are_those_of_a_recount_of_what_was_sent() throws IOException {
        var json = folder.resolve("expected.json");

        var run = edge.feed(
                "shoppers",
                "--seed",
                "7",
                "--rate",
                "4000",
                "--for",
                "1.5s",
                "--speed",
                "12000",
                "--json",
                json.toString());

        assertThat(run.err()).isEmpty();
        System.out.println(run.out());
        assertThat(run.exitCode()).isZero();
    }
}
