package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import millrace.events.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every command of the README and of the tour works, in the order of the pages. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("long")
class ReadmeTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
    /**
     * Commands that have run already: the system under test was started by the first, and this test runs in the second.
     */
    private static final Pattern RUN_ALREADY = Pattern.compile("bin/up|bin/test( .*)?");

    /** Commands that answer only with the real data. */
    private static final Pattern OF_THE_DATA =
            Pattern.compile("shared/data|20(10|15)-|536365|17850|/(orders|attribution)/");

    /** Beginning of the line that stores an API key for the questions after it. */
    private static final String KEY = "key=";

    private static final Map<String, String> PROCESSES =
            Map.of("8080", "web", "8081", "orders", "8082", "analytics", "8083", "audit");

    @Test
    void every_command_works_and_every_question_has_an_answer(RunningSystem system)
            throws IOException, InterruptedException {
        var withData = Files.isDirectory(RunningSystem.ROOT.resolve("../shared/data"));
        var commands = ReadmeCommands.commands().stream()
                .filter(command -> !RUN_ALREADY.matcher(command).matches() && !command.startsWith(KEY))
                .filter(command -> withData || !OF_THE_DATA.matcher(command).find())
                .toList();

        assertThat(commands).hasSizeGreaterThan(5);
        for (var command : commands) {
            if (!command.startsWith("curl ")) {
                assertThat(system.outputOf(command)).as(command).isNotBlank();
            } else {
                await(command).atMost(Duration.ofSeconds(60)).until(() -> says(answer(system, command)));
            }
        }
    }

    @Test
    void no_link_is_dead() throws IOException {
        for (var page : List.of(
                "README.md",
                "CONTRIBUTING.md",
                "SECURITY.md",
                "docs/decisions.md",
                "docs/threats.md",
                "docs/tour.md",
                "docs/architecture.md",
                "docs/examples/README.md",
                "infra/heroku/README.md")) {
            var file = RunningSystem.ROOT.resolve(page);
            assertThat(LINK.matcher(Files.readString(file)).results().map(link -> link.group(1)))
                    .allSatisfy(link -> assertThat(file.resolveSibling(link)).exists());
        }
    }

    /** Tells an answer with data from an empty list and from a header line of CSV. */
    private static boolean says(String answer) throws IOException {
        return answer.startsWith("[") || answer.startsWith("{")
                ? !Json.MAPPER.readTree(answer).isEmpty()
                : answer.lines().count() > 1;
    }

    /** Answer of a curl command; empty if there is none yet. */
    private static String answer(RunningSystem system, String curl) {
        var here = curl.replace("curl -s ", "curl -sf ");
        for (var process : PROCESSES.entrySet()) {
            here = here.replace("http://localhost:" + process.getKey(), system.url(process.getValue()));
        }
        try {
            return system.run("bash", "-c", ReadmeCommands.command(KEY) + "; " + here + " || true");
        } catch (IOException e) {
            throw new UncheckedIOException(here, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(here, e);
        }
    }
}
