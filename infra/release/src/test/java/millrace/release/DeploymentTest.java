package millrace.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import millrace.events.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The deployment files in the project folder agree with each other. */
class DeploymentTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final Schema SCHEMA = schema();

    @Test
    void every_process_but_the_release_is_in_the_formation() throws IOException {
        assertThat(processes()).contains("release");
        assertThat(appJson().get("formation").fieldNames())
                .toIterable()
                .isSubsetOf(processes())
                .containsAll(processesOfProcfileVars().stream()
                        .filter(name -> !name.equals("release"))
                        .toList());
    }

    @Test
    void the_manifest_is_valid_by_the_schema_of_the_platform() throws IOException {
        assertThat(faults(appJson())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ | {\"topics\": []} | topics",
                "/formation/web | {\"size\": \"huge\"} | /formation/web/size",
                "/env/PROXIES | {\"value\": 1} | /env/PROXIES/value",
                "/ | {\"addons\": [\"Kafka!\"]} | /addons/0"
            })
    void what_the_platform_refuses_is_found(String place, String change, String named) throws IOException {
        var manifest = (ObjectNode) appJson();
        var changed = (ObjectNode) (place.equals("/") ? manifest : manifest.at(place));
        changed.setAll((ObjectNode) Json.MAPPER.readTree(change));

        assertThat(faults(manifest)).isNotEmpty().anyMatch(fault -> fault.contains(named));
    }

    @Test
    void each_variable_has_a_description() throws IOException {
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

    /** Those whose line is in the project's Procfile.vars. That of an added one is in its module, until it is deployed. */
    private static List<String> processesOfProcfileVars() throws IOException {
        var lines = Files.readAllLines(ROOT.resolve("Procfile.vars"));
        return processes().stream()
                .filter(name -> lines.stream().anyMatch(line -> line.startsWith(name + ":")))
                .toList();
    }

    private static List<String> faults(JsonNode manifest) {
        return SCHEMA.validate(manifest.toString(), InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    private static Schema schema() {
        try (var file = DeploymentTest.class.getResourceAsStream("/app.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(file, InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode appJson() throws IOException {
        return Json.MAPPER.readTree(ROOT.resolve("app.json").toFile());
    }
}
