package millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tests that the table of limits names exist. */
class LimitsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]*Test)(?:[.]([A-Za-z0-9_]+))?`");

    @Test
    void every_test_that_it_names_exists() throws IOException {
        var table = Files.readString(ROOT.resolve("docs/limits.md"));
        var sources = tests();
        var named = TEST.matcher(table).results().toList();

        assertThat(named).hasSizeGreaterThan(20).allSatisfy(test -> {
            assertThat(sources).containsKey(test.group(1));
            if (test.group(2) != null) {
                assertThat(sources.get(test.group(1))).contains("void " + test.group(2) + "(");
            }
        });
    }

    /** Returns the source text of each test class of every module, by its name. */
    private static Map<String, String> tests() throws IOException {
        var sources = new HashMap<String, String>();
        try (var files = Files.find(ROOT, 20, (path, file) -> path.toString().endsWith("Test.java"))) {
            for (var path :
                    files.filter(path -> path.toString().contains("/src/test/")).toList()) {
                var name = path.getFileName().toString();
                sources.merge(name.substring(0, name.length() - 5), Files.readString(path), String::concat);
            }
        }
        return sources;
    }
}
