package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who may know whom, as the poms say it: what is not on the class path cannot be called. */
class ModulesTest {
    private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");
    private static final Pattern OURS =
            Pattern.compile("<groupId>millrace</groupId>\\s*<artifactId>(.*?)</artifactId>", Pattern.DOTALL);
    private static final Pattern SERVICE = Pattern.compile("(\\S+)/target/quarkus-app/quarkus-run\\.jar");
    /** They run the services as processes; nothing of a service is on their class path. */
    private static final Set<String> START_THEM = Set.of("e2e");

    @Test
    void no_module_depends_on_a_service() throws IOException {
        var services = services();
        assertThat(services).hasSize(4);
        for (var module : modules()) {
            var name = module.getFileName().toString();
            if (!START_THEM.contains(name)) {
                assertThat(dependencies(module))
                        .as("what " + name + " depends on")
                        .doesNotContainAnyElementsOf(services);
            }
        }
    }

    /** Of the Procfile. */
    private static Set<String> services() throws IOException {
        return SERVICE.matcher(Files.readString(Mill.ROOT.resolve("Procfile")))
                .results()
                .map(jar -> jar.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> modules() throws IOException {
        return MODULE.matcher(Files.readString(Mill.ROOT.resolve("pom.xml")))
                .results()
                .map(module -> Mill.ROOT.resolve(module.group(1)))
                .toList();
    }

    private static Set<String> dependencies(Path module) throws IOException {
        return OURS.matcher(Files.readString(module.resolve("pom.xml")))
                .results()
                .map(dependency -> dependency.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
