package millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a newcomer reads first. */
final class Readme {
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    private Readme() {}

    /** What it says to type, line by line. */
    static List<String> commands() throws IOException {
        return BLOCK.matcher(Files.readString(Mill.ROOT.resolve("README.md")))
                .results()
                .flatMap(block -> Stream.of(block.group(1).split("\\n")))
                .map(line -> line.replaceFirst("\\s+# .*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** The one that begins like this. */
    static String command(String start) throws IOException {
        return commands().stream()
                .filter(command -> command.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("README.md has no command " + start));
    }
}
