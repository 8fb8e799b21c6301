package millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the shell commands of the README and of other pages. */
final class ReadmeCommands {
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    private static final Path PAGE = RunningSystem.ROOT.resolve("README.md");

    private ReadmeCommands() {}

    /** Commands of the README, line by line. */
    static List<String> commands() throws IOException {
        return commands(PAGE);
    }

    /** Command of the README that begins with this text. */
    static String command(String start) throws IOException {
        return command(PAGE, start);
    }

    /** Command of another page that begins with this text. */
    static String command(Path page, String start) throws IOException {
        return commands(page).stream()
                .filter(command -> command.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError(page + " has no command " + start));
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
