package millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        var readers = channel.readers().contains("*") ? "anyone" : String.join(", ", channel.readers());
        return "| `%s` | %s | %s | %s | %s | %s |"
                .formatted(
                        channel.name(),
                        channel.summary(),
                        channel.key(),
                        kept,
                        String.join(", ", channel.writers()),
                        readers);
    }
}
