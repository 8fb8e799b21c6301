package millrace.e2e;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks the dependencies between modules and between packages in their compiled classes. Exceptions are named here, and
 * one that is no longer needed fails as a new one does. A constant that the compiler copies leaves no trace in a class,
 * so its use is not found.
 */
class PackageDependenciesTest {
    private static final Path ROOT = RunningSystem.ROOT;

    /** Classes of each module, by its directory. */
    private static final Map<String, JavaClasses> MODULES = modules();

    private static final Pattern SERVICE = Pattern.compile("(\\S+)/target/quarkus-app/quarkus-run\\.jar");
    private static final Pattern TABLE =
            Pattern.compile("CREATE TABLE (?:IF NOT EXISTS )?(?:\\w+\\.)?(\\w+)", Pattern.CASE_INSENSITIVE);

    // fork: analytics
    /** Packages of analytics that know streams and state, and no event. */
    private static final Set<String> ENGINE = Set.of("millrace.analytics.engine");

    /** Types of the contract that are no events: every service and every engine may know them. */
    private static final Set<String> NO_EVENTS = Set.of(
            "Catalogue",
            "Channel",
            "Channels",
            "CloudEvents",
            "DeadLetterHeaders",
            "Generation",
            "GenerationNames",
            "Json",
            "PersonalData",
            "RateLimit",
            "ReplayHeaders",
            "SourcedEvent");
    // fork: end

    @Test
    void no_service_calls_another_service() {
        var services = services();
        assertThat(services).hasSizeGreaterThan(1);

        assertOnly(
                Set.of(),
                services.stream()
                        .flatMap(service -> dependencies(
                                MODULES.get(service).stream(), target -> isOfAnother(service, target, services))));
    }

    private static boolean isOfAnother(String service, String type, Set<String> services) {
        return services.stream()
                .anyMatch(other -> !other.equals(service) && MODULES.get(other).contain(type));
    }

    // fork: replay
    /** Each service brings its own rebuild; the coordinator knows none of its tables, locks and classes. */
    @Test
    void replay_knows_no_table_no_lock_and_no_class_path_of_a_service() throws IOException {
        var tables = tables();
        assertThat(tables).contains("outbox", "dead_letters");

        var names = String.join("|", tables);
        var secret = Pattern.compile("advisory|quarkus-app|\"millrace\\.(?!generation)[a-z]+\\."
                + "|(?:%s|%\\d\\$s|}|\")\\.(?:" + names + ")\\b"
                + "|(?i:FROM|INTO|UPDATE|JOIN) (?:" + names + ")\\b"
                + "|\"(?!orders\")(?:" + names + ")\"");
        assertOnly(
                Set.of(
                        // fork: audit
                        // It reads positions of the archive, until audit answers that.
                        "ArchiveCoverage",
                        // fork: end
                        // The lock of the command is its own.
                        "CommandLock"),
                files("infra/replay/src/main/java", ".java")
                        .filter(file -> secret.matcher(text(file)).find())
                        .map(file -> file.getFileName().toString().replace(".java", "")));
    }
    // fork: end

    // fork: analytics
    @Test
    void the_engine_of_analytics_knows_no_event_type() {
        var engine = MODULES.get("analytics-stream").stream()
                .filter(type -> ENGINE.contains(type.getPackageName()))
                .toList();
        assertThat(engine).isNotEmpty();

        assertOnly(
                // Until the engine of analytics is redesigned.
                Set.of("LedgerCounter -> Counted", "LatenessAndDuplicateFilter -> EventCameLate"),
                dependencies(
                        engine.stream(),
                        target -> MODULES.get("events").contain(target) && !NO_EVENTS.contains(simpleName(target))));
    }
    // fork: end

    // fork: audit
    /** A fork that wants no proofs deletes the package. */
    @Test
    void the_archive_of_audit_does_not_know_its_evidence() {
        var evidence = "millrace.audit.evidence";
        var archive = MODULES.get("audit-service").stream()
                .filter(type -> !type.getPackageName().startsWith(evidence))
                .toList();
        assertThat(archive).extracting(JavaClass::getSimpleName).contains("Archive");

        assertOnly(Set.of(), dependencies(archive.stream(), target -> target.startsWith(evidence)));
    }
    // fork: end

    /** Of packages in a circle none can be understood, tested or removed alone. */
    @Test
    void no_packages_of_a_module_depend_on_each_other_in_a_circle() {
        assertOnly(
                Set.of(),
                MODULES.values().stream()
                        .map(PackageDependenciesTest::packages)
                        .flatMap(PackageDependenciesTest::circles));
    }

    /** Fails for what is found and not allowed, and for what is allowed and not found. */
    private static void assertOnly(Set<String> allowed, Stream<String> found) {
        Set<String> all = found.collect(toCollection(TreeSet::new));
        assertThat(all).as("what is found, as the exceptions name it").containsExactlyInAnyOrderElementsOf(allowed);
    }

    /** Returns the dependencies of classes on the targets, as names of top-level types. */
    private static Stream<String> dependencies(Stream<JavaClass> classes, Predicate<String> isTarget) {
        return classes.flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> isTarget.test(dependency.getTargetClass().getName()))
                .map(dependency -> simpleName(dependency.getOriginClass().getName()) + " -> "
                        + simpleName(dependency.getTargetClass().getName()));
    }

    /** Returns the packages that each package of a module depends on. */
    private static Map<String, Set<String>> packages(JavaClasses module) {
        var packages = new TreeMap<String, Set<String>>();
        module.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> module.contain(dependency.getTargetClass().getName()))
                .forEach(dependency -> packages.computeIfAbsent(
                                dependency.getOriginClass().getPackageName(), added -> new TreeSet<>())
                        .add(dependency.getTargetClass().getPackageName()));
        packages.forEach((name, targets) -> targets.remove(name));
        return packages;
    }

    /** Returns the packages that depend on themselves by way of others. */
    private static Stream<String> circles(Map<String, Set<String>> packages) {
        return packages.keySet().stream().filter(name -> reached(name, packages).contains(name));
    }

    private static Set<String> reached(String from, Map<String, Set<String>> packages) {
        var reached = new HashSet<String>();
        var next = new TreeSet<>(packages.getOrDefault(from, Set.of()));
        while (!next.isEmpty()) {
            var name = next.pollFirst();
            if (reached.add(name)) {
                next.addAll(packages.getOrDefault(name, Set.of()));
            }
        }
        return reached;
    }

    private static String simpleName(String type) {
        return type.substring(type.lastIndexOf('.') + 1).replaceFirst("\\$.*", "");
    }

    /** Returns the modules of the services in the Procfile. */
    private static Set<String> services() {
        return matches(SERVICE, text(ROOT.resolve("Procfile")));
    }

    /** Returns the tables that the services' migrations create. */
    private static Set<String> tables() throws IOException {
        var tables = new TreeSet<String>();
        for (var service : services()) {
            files(service + "/src/main/resources", ".sql").forEach(file -> tables.addAll(matches(TABLE, text(file))));
        }
        return tables;
    }

    private static Map<String, JavaClasses> modules() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        var pom = text(ROOT.resolve("pom.xml"));
        var built = pom.substring(0, pom.indexOf("</modules>"));
        return matches(Pattern.compile("<module>(.*?)</module>"), built).stream()
                .filter(module -> Files.exists(ROOT.resolve(module).resolve("src/main/java")))
                .collect(Collectors.toMap(module -> module, module -> {
                    var classes = ROOT.resolve(module).resolve("target/classes");
                    assertThat(classes).as("classes of " + module).isDirectory();
                    return new ClassFileImporter().importPath(classes);
                }));
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).collect(toCollection(TreeSet::new));
    }

    private static Stream<Path> files(String directory, String end) throws IOException {
        var root = ROOT.resolve(directory);
        if (!Files.exists(root)) {
            return Stream.empty();
        }
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(end)).toList().stream();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
