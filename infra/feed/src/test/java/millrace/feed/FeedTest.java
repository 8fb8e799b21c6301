package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/feed} as a process of its own. */
class FeedTest {
    @TempDir
    Path home;

    private record Ended(int exitCode, String output) {}

    @Test
    void without_a_running_platform_it_names_the_command_that_starts_one() throws Exception {
        var ended = start("shoppers", "--for", "1s");

        assertThat(ended.output())
                .isEqualToIgnoringNewLines(
                        "Nothing is running here: start it with bin/up, or give --url and --write-key.");
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    // fork: analytics
    @Test
    void it_finds_the_running_platform_and_prints_the_queries() throws Exception {
        try (var edge = new FakeEdge()) {
            Files.writeString(
                    home.resolve("millrace.properties"),
                    "web.url=%s\nwrite-key.shoppers=key\nanalytics.url=http://127.0.0.1:8082\n".formatted(edge.url()));

            var ended = start("shoppers", "--for", "0.2s", "--rate", "100");

            assertThat(ended.exitCode()).isZero();
            assertThat(edge.requests())
                    .allMatch(request -> request.authorization().equals("Basic a2V5Og=="));
            assertThat(ended.output())
                    .contains("curl -H \"Authorization: Bearer $(bin/key reader)\""
                            + " 'http://127.0.0.1:8082/page-views?by=hour&from=");
        }
    }
    // fork: end

    @Test
    void a_mistake_on_the_command_line_is_named() throws Exception {
        var ended = start("shoppers", "--for", "soon");

        assertThat(ended.output()).contains("'soon' is not a duration such as 30s, 2m or 1h30m");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --url http://127.0.0.1 --rate 0  | --rate is 0.0 events a second: it must be above 0.
                    --url http://127.0.0.1 --speed 0 | Simulated time must go on: --speed must be above 0.
                    --url http://127.0.0.1 --late 90 | Each share of events out of line is at least 0
                    --url edge                       | The edge's URL is edge: it must be like http://127.0.0.1:8080.
                    """)
    void impossible_options_are_refused_with_a_sentence(String options, String sentence) {
        var err = new StringWriter();
        var arguments = ("shoppers --write-key key " + options).split(" ");

        var exitCode = Feed.commandLine().setErr(new PrintWriter(err)).execute(arguments);

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString()).startsWith(sentence);
    }

    private Ended start(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Feed.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MILLRACE_HOME", home.toString());
        builder.environment().keySet().removeAll(List.of("MILLRACE_URL", "MILLRACE_WRITE_KEY"));
        var process = builder.start();
        try {
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
