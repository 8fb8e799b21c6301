package millrace.e2e;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The dev container and the update bot name what a plain clone has, and no host of a registry. */
class PlainCloneTest {
    private static final Path DEV_CONTAINER = RunningSystem.ROOT.resolve(".devcontainer/devcontainer.json");
    private static final Path UPDATE_BOT = RunningSystem.ROOT.resolve(".github/dependabot.yml");
    private static final int FIRST_PORT = 8080;

    /** What an ecosystem reads in its folder. */
    private static final Map<String, String> READ = Map.of(
            "maven", "pom.xml",
            "npm", "package-lock.json",
            "docker-compose", "compose.yaml",
            "github-actions", ".github/workflows/ci.yml");

    @Test
    void the_dev_container_has_the_jdk_of_the_caches_and_forwards_the_port_of_each_process() throws IOException {
        var container = new ObjectMapper().readTree(DEV_CONTAINER.toFile());

        assertThat(container.get("image").asText())
                .as("an image by its name alone, with Maven and the JDK for which aot-cache in the pom is")
                .matches("maven:[\\w.]+-eclipse-temurin-25");
        var ports = new ArrayList<Integer>();
        container.get("forwardPorts").forEach(port -> ports.add(port.asInt()));
        var expected = new ArrayList<Integer>();
        RunningSystem.processes()
                .filter(process -> !RunningSystem.isAdded(process))
                .forEach(process -> expected.add(FIRST_PORT + expected.size()));
        // fork: console
        expected.add(FIRST_PORT + expected.size()); // The console has the port behind theirs.
        // fork: end
        assertThat(ports).as("ports of bin/up").isEqualTo(expected);
    }

    @Test
    void the_update_bot_looks_where_something_is_to_update() throws IOException {
        for (var update : updates()) {
            var ecosystem = update.get("package-ecosystem").asText();
            assertThat(READ).containsKey(ecosystem);
            for (var folder : folders(update)) {
                assertThat(RunningSystem.ROOT.resolve(folder).resolve(READ.get(ecosystem)))
                        .as(ecosystem)
                        .isRegularFile();
            }
        }
    }

    @Test
    void the_update_bot_knows_every_lock_file() throws IOException {
        var watched = new TreeSet<String>();
        for (var update : updates()) {
            if (update.get("package-ecosystem").asText().equals("npm")) {
                watched.addAll(folders(update));
            }
        }

        assertThat(watched).isEqualTo(new TreeSet<>(lockFiles()));
    }

    @Test
    void the_update_bot_finds_the_images_as_defaults_of_variables() throws IOException {
        var compose = Files.readString(RunningSystem.ROOT.resolve("infra/compose.yaml"));

        assertThat(Pattern.compile("image: \\$\\{(\\w+):-[a-z/]+:[\\d.]+}")
                        .matcher(compose)
                        .results()
                        .map(image -> image.group(1)))
                .containsExactly("KAFKA_IMAGE", "POSTGRES_IMAGE");
    }

    @Test
    void neither_names_a_host() throws IOException {
        for (var file : new Path[] {DEV_CONTAINER, UPDATE_BOT}) {
            assertThat(Files.readString(file))
                    .as(file.toString())
                    .doesNotContain("://", "registries", "secrets")
                    .doesNotContainPattern("[a-z]\\.(com|io|net|dev)\\b");
        }
    }

    private static Iterable<JsonNode> updates() throws IOException {
        return new YAMLMapper().readTree(UPDATE_BOT.toFile()).get("updates");
    }

    /** Returns folders by their paths in the project, of which the root is empty. */
    private static List<String> folders(JsonNode update) {
        Iterable<JsonNode> named =
                update.has("directories") ? update.get("directories") : List.of(update.get("directory"));
        return StreamSupport.stream(named.spliterator(), false)
                .map(folder -> folder.asText().substring(1))
                .toList();
    }

    private static Set<String> lockFiles() throws IOException {
        try (var files = Files.walk(RunningSystem.ROOT)) {
            return files.filter(file -> file.endsWith("package-lock.json"))
                    .map(file -> RunningSystem.ROOT.relativize(file.getParent()).toString())
                    .filter(folder -> !folder.matches("(.*/)?(target|node_modules)(/.*)?"))
                    .collect(toSet());
        }
    }
}
