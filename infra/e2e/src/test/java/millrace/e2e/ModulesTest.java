package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import millrace.events.Json;
import millrace.local.Procfile;
import org.junit.jupiter.api.Test;

/**
 * No service depends on another service: services communicate over channels alone, and the poms hold that, since a
 * class that is not on the class path cannot be called.
 */
class ModulesTest {
    private static final Pattern OURS =
            Pattern.compile("<groupId>millrace</groupId>\\s*<artifactId>(.*?)</artifactId>", Pattern.DOTALL);
    private static final Pattern PARENT = Pattern.compile("<relativePath>(.*?)</relativePath>");
    private static final Pattern SERVICE = Pattern.compile("(\\S+)/target/quarkus-app/quarkus-run\\.jar");

    // fork: heroku
    private static final Set<String> SET_BY_THE_PLATFORM = Set.of("KAFKA_URL", "DATABASE_URL", "PORT");
    // fork: end

    @Test
    void no_service_depends_on_another() throws IOException {
        var services = services();
        assertThat(services).isNotEmpty();
        for (var service : services) {
            assertThat(dependencies(service))
                    .as("dependencies of " + service + " and of its parent")
                    .contains("events")
                    .doesNotContainAnyElementsOf(services);
        }
    }

    @Test
    void everything_that_is_started_here_is_built_before() throws IOException {
        var built = dependencies("infra/e2e");
        assertThat(built)
                .as("dependencies in infra/e2e/pom.xml, among them each service of the Procfile that was not added")
                .containsAll(
                        services().stream().filter(service -> !isAdded(service)).toList());
        var modules = Files.readString(RunningSystem.ROOT.resolve("pom.xml"));
        var inSequence = services().stream()
                .sorted(comparing(service -> modules.indexOf("<module>" + service + "<")))
                .toList();
        assertThat(inSequence)
                .as("added services: bin/test builds them, and Maven before the others")
                .isSortedAccordingTo(comparing(service -> !isAdded(service)));
    }

    @Test
    void the_test_of_config_vars_knows_every_process() {
        assertThat(ServiceStartTest.requiredVars().keySet())
                .as("processes of ServiceStartTest.Service, which are the lines of the Procfile that were not added")
                .isEqualTo(RunningSystem.PROCFILE.lines().stream()
                        .map(Procfile.Line::name)
                        .filter(name -> !RunningSystem.isAdded(name))
                        .collect(Collectors.toSet()));
    }

    @Test
    void a_process_gets_the_config_vars_that_it_reads_and_no_other() throws IOException, InterruptedException {
        var all = ServiceStartTest.varsThatAreRead().values().stream()
                .flatMap(Set::stream)
                .filter(name -> !name.equals("PORT")) // Each process gets it from the platform.
                .collect(Collectors.toSet());
        for (var process : ServiceStartTest.varsThatAreRead().entrySet()) {
            var env = new ProcessBuilder("bin/launch", process.getKey(), "env").directory(RunningSystem.ROOT.toFile());
            all.forEach(name -> env.environment().put(name, "of-the-app"));

            assertThat(new String(env.start().getInputStream().readAllBytes(), UTF_8)
                            .lines()
                            .map(line -> line.split("=")[0])
                            .filter(all::contains))
                    .as("config vars that Procfile.vars gives to " + process.getKey())
                    .containsExactlyInAnyOrderElementsOf(
                            process.getValue().stream().filter(all::contains).toList());
        }
    }

    // fork: heroku
    @Test
    void the_manifest_asks_for_every_config_var_that_a_process_requires() throws IOException {
        var manifest =
                Json.MAPPER.readTree(RunningSystem.ROOT.resolve("app.json").toFile());

        ServiceStartTest.requiredVars()
                .forEach((process, vars) -> assertThat(vars)
                        .as("config vars that %s requires, each in the env of app.json or set by the platform", process)
                        .allMatch(name -> SET_BY_THE_PLATFORM.contains(name)
                                || manifest.get("env").has(name)));
    }
    // fork: end

    /** Returns true for a module that bin/new has made: its line of Procfile.vars is in its folder. */
    private static boolean isAdded(String module) {
        return Files.exists(RunningSystem.ROOT.resolve(module).resolve("Procfile.vars"));
    }

    /** Modules of the services in the Procfile. */
    private static Set<String> services() throws IOException {
        return SERVICE.matcher(Files.readString(RunningSystem.ROOT.resolve("Procfile")))
                .results()
                .map(jar -> jar.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> dependencies(String service) throws IOException {
        var dependencies = new TreeSet<String>();
        var pom = RunningSystem.ROOT.resolve(service).resolve("pom.xml");
        while (pom != null) {
            var text = Files.readString(pom);
            OURS.matcher(text.substring(text.indexOf("<dependencies>")))
                    .results()
                    .forEach(dependency -> dependencies.add(dependency.group(1)));
            var parent = PARENT.matcher(text);
            pom = parent.find() ? parentOf(pom, parent.group(1)) : null;
        }
        return dependencies;
    }

    /** Returns the pom of a parent, or null for the root, whose dependencies are of every module. */
    private static Path parentOf(Path pom, String relative) {
        var parent = pom.resolveSibling(relative).normalize();
        return parent.equals(RunningSystem.ROOT.resolve("pom.xml")) ? null : parent;
    }
}
