package millrace.console.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectedResultsTest {
    @TempDir
    private Path home;

    @Test
    void the_latest_simulation_comes_first() throws IOException {
        write("seed-2", "2026-05-14T12:00:00Z");
        write("seed-1", "2026-05-14T13:00:00Z");

        assertThat(new ExpectedResults(home).names()).containsExactly("seed-1", "seed-2");
        assertThat(new ExpectedResults(home)
                        .read("seed-2")
                        .orElseThrow()
                        .path("sent")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void no_feed_has_ended_in_a_new_data_directory() {
        assertThat(new ExpectedResults(home).names()).isEmpty();
    }

    @Test
    void a_name_that_is_a_path_reads_no_file() throws IOException {
        write("seed-1", "2026-05-14T13:00:00Z");
        Files.writeString(home.resolve("data/secret.json"), "{}");

        assertThat(new ExpectedResults(home).read("../secret")).isEmpty();
    }

    private void write(String name, String at) throws IOException {
        var file = home.resolve("data/expected/" + name + ".json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"sent\": 7}");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(at)));
    }
}
