package millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChannelTableTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));

    @Test
    void the_table_of_channels_is_the_catalogue() throws IOException {
        var table = Files.readAllLines(ROOT.resolve("README.md")).stream()
                .dropWhile(line -> !line.startsWith("| channel "))
                .takeWhile(line -> line.startsWith("|"));

        assertThat(table)
                .containsExactlyElementsOf(Stream.concat(
                                Stream.of(
                                        "| channel | what | key | kept | written by | read by |",
                                        "|---|---|---|---|---|---|"),
                                Catalogue.channels().stream().map(ChannelTableTest::row))
                        .toList());
    }

    private static String row(Catalogue.Entry channel) {
        var days = channel.retention().map(kept -> kept.toDays() + " days");
        var kept = channel.cleanupPolicy().startsWith("compact")
                ? "last of each key" + days.map(limit -> ", " + limit).orElse("")
                : days.orElseThrow();
        var readers = channel.readers().contains("*") ? "anyone" : modules(channel.readers());
        return "| `%s` | %s | %s | %s | %s | %s |"
                .formatted(channel.name(), channel.summary(), channel.key(), kept, modules(channel.writers()), readers);
    }

    /** A module with a Procfile.vars of its own was added: it need not be in the README. */
    private static String modules(List<String> modules) {
        return modules.stream()
                .filter(module -> !Files.exists(ROOT.resolve(module).resolve("Procfile.vars")))
                .collect(Collectors.joining(", "));
    }
}
