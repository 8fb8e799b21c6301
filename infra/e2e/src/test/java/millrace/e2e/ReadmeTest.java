package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every command of the README and of the tour runs, in the order of the pages, and prints the answer of its page. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
class ReadmeTest {
    /** A link within the project: a file, a heading of it, or a heading of the page itself. */
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]*)(?:#([^)]+))?\\)");

    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

    /**
     * Commands that have run already: the system under test was started by the first, and this test runs in the second.
     */
    private static final Pattern RUN_ALREADY = Pattern.compile("bin/up|bin/test( .*)?");

    /** Beginning of the line that stores the keys for the questions after it. */
    private static final String KEY = "key=";

    private static final Pattern QUESTION = Pattern.compile("curl (?!.* (-X|-d) ).*");

    private static final int FIRST_PORT = 8080;

    @Test
    void every_command_gives_the_answer_of_its_page(RunningSystem system) throws IOException, InterruptedException {
        var differences = new ArrayList<String>();
        var commands = 0;
        for (var example : ReadmeCommands.examples()) {
            var toRun = example.commands().stream()
                    .filter(command -> !RUN_ALREADY.matcher(command).matches() && !command.startsWith(KEY))
                    .toList();
            commands += toRun.size();
            if (!toRun.isEmpty()) {
                assertThat(example.answer())
                        .as("a block json, csv or text after %s in %s", toRun.getLast(), example.page())
                        .isNotNull();
                tryOut(system, example, toRun).ifPresent(differences::add);
            }
        }
        assertThat(commands).isGreaterThan(10);
        assertThat(differences)
                .withFailMessage(() -> differences.size() + " answers differ:\n" + String.join("\n", differences))
                .isEmpty();
    }

    /** Runs the commands, asks questions again until they are answered as on the page, and returns the difference. */
    private static Optional<String> tryOut(RunningSystem system, ReadmeCommands.Example example, List<String> commands)
            throws IOException, InterruptedException {
        var answers = new LinkedHashMap<String, String>();
        for (var command : commands) {
            answers.put(command, answer(system, command));
        }
        try {
            await().atMost(ANSWERED_WITHIN).pollInterval(Duration.ofMillis(500)).until(() -> {
                if (example.isAnsweredBy(text(answers))) {
                    return true;
                }
                for (var command : commands) {
                    if (QUESTION.matcher(command).matches()) {
                        answers.put(command, answer(system, command));
                    }
                }
                return commands.stream()
                        .noneMatch(command -> QUESTION.matcher(command).matches());
            });
        } catch (ConditionTimeoutException unanswered) {
            // The difference tells it.
        }
        return example.isAnsweredBy(text(answers))
                ? Optional.empty()
                : Optional.of("$ " + String.join("\n$ ", commands) + "\n" + text(answers) + "\n---- expected:\n"
                        + example.answer());
    }

    private static String text(Map<String, String> answers) {
        return answers.values().stream()
                .map(answer -> answer.replace("\r\n", "\n").strip())
                .filter(answer -> !answer.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void no_link_is_dead() throws IOException {
        for (var file : pages()) {
            for (var link : LINK.matcher(Files.readString(file)).results().toList()) {
                var target = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1));
                assertThat(target).as("%s in %s", link.group(), file).exists();
                if (link.group(2) != null) {
                    assertThat(anchors(target))
                            .as("%s in %s", link.group(), file)
                            .contains(link.group(2));
                }
            }
        }
    }

    /** Returns every page that is written for a reader. */
    private static List<Path> pages() throws IOException {
        try (var files = Files.walk(RunningSystem.ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().matches(".*/(target|node_modules)/.*"))
                    .toList();
        }
    }

    /** Anchors of the headings of a page, as GitHub makes them. */
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** Output of a command; of a question at the address of the running process. */
    private static String answer(RunningSystem system, String command) throws IOException, InterruptedException {
        if (!command.startsWith("curl ")) {
            return system.runLine(command);
        }
        var here = command;
        var port = FIRST_PORT;
        for (var process : RunningSystem.processes().toList()) {
            here = here.replace("http://localhost:" + port++, system.url(process));
        }
        return system.runLine(ReadmeCommands.command(KEY) + "; " + here + " || true");
    }
}
