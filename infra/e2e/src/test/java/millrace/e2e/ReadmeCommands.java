package millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the shell commands of the README, of the tour that follows it, and of other pages. */
final class ReadmeCommands {
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    private static final List<Path> PAGES = Stream.of("README.md", "docs/tour.md")
            .map(RunningSystem.ROOT::resolve)
            .toList();

    private ReadmeCommands() {}

    /** Commands of the README and the tour, line by line. */
    static List<String> commands() throws IOException {
        var commands = new ArrayList<String>();
        for (var page : PAGES) {
            commands.addAll(commands(page));
        }
        return commands;
    }

    /** First command of the README and the tour that begins with this text. */
    static String command(String start) throws IOException {
        return first(commands(), start);
    }

    /** Command of another page that begins with this text. */
    static String command(Path page, String start) throws IOException {
        return first(commands(page), start);
    }

    private static String first(List<String> commands, String start) {
        return commands.stream()
                .filter(command -> command.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No command of the page begins with " + start));
    }

    private static List<String> commands(Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page))
                .results()
                .flatMap(block -> Stream.of(block.group(1).split("\\n")))
                .map(line -> line.replaceFirst("\\s+# .*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
