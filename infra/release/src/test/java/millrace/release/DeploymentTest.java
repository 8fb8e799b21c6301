package millrace.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

/** The deployment files in the project folder agree with each other. */
class DeploymentTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    /** Names that the platform reads in app.json; it refuses others. */
    private static final List<String> KNOWN =
            List.of("name", "description", "keywords", "env", "formation", "addons", "buildpacks", "stack");

    @Test
    void every_process_but_the_release_is_in_the_formation() throws IOException {
        assertThat(processes()).contains("release");
        assertThat(appJson().get("formation").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(processes().stream()
                        .filter(name -> !name.equals("release"))
                        .toList());
    }

    @Test
    void the_manifest_has_what_the_platform_reads_and_a_description_of_each_variable() throws IOException {
        assertThat(appJson().fieldNames()).toIterable().isSubsetOf(KNOWN);
        assertThat(appJson().get("env"))
                .allSatisfy(variable ->
                        assertThat(variable.hasNonNull("description")).isTrue());
    }

    private static List<String> processes() throws IOException {
        return Files.readAllLines(ROOT.resolve("Procfile")).stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(":")[0])
                .toList();
    }

    private static JsonNode appJson() throws IOException {
        return Json.MAPPER.readTree(ROOT.resolve("app.json").toFile());
    }
}
