package millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the shell commands of the README, of the tour and of other pages, with the answers that the pages promise. */
final class ReadmeCommands {
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final String COMMANDS = "sh";

    /** Languages of the blocks with an answer. A block without a language is a picture. */
    private static final Set<String> ANSWERS = Set.of("json", "csv", "text");

    /** Stands for any text in an answer. */
    private static final String ANYTHING = "…";

    private static final List<Path> PAGES = Stream.of("README.md", "docs/tour.md")
            .map(RunningSystem.ROOT::resolve)
            .toList();

    /**
     * A block of commands, and the block after it with what they print together.
     *
     * @param answer {@code null} where the page has none
     */
    record Example(Path page, List<String> commands, String answer) {
        /** Returns true if the text is the answer, where {@code …} stands for any text; an empty text is none. */
        boolean isAnsweredBy(String text) {
            var pattern = Stream.of(answer.strip().split(ANYTHING, -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining("[\\s\\S]*?"));
            return !text.isEmpty() && Pattern.matches(pattern, text);
        }
    }

    private ReadmeCommands() {}

    /** Examples of the README and the tour. */
    static List<Example> examples() throws IOException {
        var examples = new ArrayList<Example>();
        for (var page : PAGES) {
            examples.addAll(examples(page));
        }
        return examples;
    }

    /** First command of the README and the tour that begins with this text. */
    static String command(String start) throws IOException {
        return first(examples(), start);
    }

    /** Command of another page that begins with this text. */
    static String command(Path page, String start) throws IOException {
        return first(examples(page), start);
    }

    private static String first(List<Example> examples, String start) {
        return examples.stream()
                .flatMap(example -> example.commands().stream())
                .filter(command -> command.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No command of the page begins with " + start));
    }

    /** @throws AssertionError if an answer follows no command */
    private static List<Example> examples(Path page) throws IOException {
        var examples = new ArrayList<Example>();
        for (var block : BLOCK.matcher(Files.readString(page)).results().toList()) {
            if (block.group(1).equals(COMMANDS)) {
                examples.add(new Example(page, commands(block.group(2)), null));
            } else if (ANSWERS.contains(block.group(1))) {
                if (examples.isEmpty() || examples.getLast().answer() != null) {
                    throw new AssertionError(page + " has an answer without a command: " + block.group(2));
                }
                examples.add(new Example(page, examples.removeLast().commands(), block.group(2)));
            }
        }
        return examples;
    }

    private static List<String> commands(String block) {
        return Stream.of(block.split("\\n"))
                .map(line -> line.replaceFirst("\\s+# .*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
