package millrace.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import millrace.paas.PlatformVars;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** No process of the running system has a secret in its environment that it does not need. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
class LeastPrivilegeTest {
    private static final Duration STARTED_WITHIN = Duration.ofSeconds(180);
    private static final Set<String> NO_SECRETS = Set.of(
            "KAFKA_URL",
            "KAFKA_TRUSTED_CERT",
            "KAFKA_CLIENT_CERT",
            // fork: analytics
            "ANALYTICS_GUARANTEE",
            // fork: end
            "SOURCES");

    /** The processes that need each secret; clients and servers of the platform need none. */
    private static final Map<String, Set<String>> NEEDED_BY = Map.of(
            "KAFKA_CLIENT_CERT_KEY", RunningSystem.processes().collect(toSet()),
            "API_KEYS", RunningSystem.processes().collect(toSet()),
            "WRITE_KEYS", Set.of("web"),
            "DATABASE_URL", Set.of("orders"),
            // fork: audit
            "AUDIT_DATABASE_URL", Set.of("audit"),
            "AUDIT_SIGNING_KEY", Set.of("audit"),
            "AUDIT_MASTER_KEY", Set.of("audit"),
            // fork: end
            "CONSUMER_DATABASE_URL", Set.of());

    /** Secrets that a consumer may need that {@code bin/new} has added. */
    private static final Set<String> NEEDED_BY_ADDED = Set.of("KAFKA_CLIENT_CERT_KEY", "DATABASE_URL");

    @Test
    void every_config_var_is_a_secret_of_certain_processes_or_no_secret(RunningSystem system) {
        assertThat(vars(system).keySet())
                .isEqualTo(Stream.concat(NEEDED_BY.keySet().stream(), NO_SECRETS.stream())
                        .collect(toSet()));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_process_has_the_secrets_that_it_needs_and_no_others(RunningSystem system) throws IOException {
        var processes = Stream.concat(
                        RunningSystem.processes().filter(process -> !RunningSystem.isAdded(process)),
                        Stream.of("shoppers", "kafka-1", "database"))
                .toList();
        for (var process : processes) {
            var environment = environment(system, process);

            NEEDED_BY.forEach((name, needing) -> assertThat(
                            environment.contains(vars(system).get(name)))
                    .as("%s has %s", process, name)
                    .isEqualTo(needing.contains(process)));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void an_added_consumer_has_no_secret_of_another_service(RunningSystem system) {
        for (var process :
                RunningSystem.processes().filter(RunningSystem::isAdded).toList()) {
            var environment = environment(system, process);

            assertThat(NEEDED_BY.keySet())
                    .filteredOn(name -> environment.contains(vars(system).get(name)))
                    .as("secrets of " + process)
                    .isSubsetOf(NEEDED_BY_ADDED);
        }
    }

    @Test
    void a_consumer_of_ones_own_gets_no_secret_of_a_service(RunningSystem system) throws Exception {
        var printed = system.run("bin/vars", "--database");

        assertThat(printed.lines().filter(line -> line.startsWith("export ")).map(LeastPrivilegeTest::name))
                .containsExactly(
                        "KAFKA_URL",
                        "KAFKA_TRUSTED_CERT",
                        "KAFKA_CLIENT_CERT",
                        "KAFKA_CLIENT_CERT_KEY",
                        "DATABASE_URL");
        var secretsOfServices = NEEDED_BY.keySet().stream().filter(name -> !name.matches("KAFKA_.*|CONSUMER_.*"));
        assertThat(secretsOfServices)
                .allSatisfy(
                        name -> assertThat(printed).doesNotContain(vars(system).get(name)));
        assertThat(system.run("bin/vars")).isNotEmpty().doesNotContain("DATABASE_URL", "postgres:");
    }

    private static String name(String line) {
        return line.substring("export ".length(), line.indexOf('='));
    }

    private static Map<String, String> vars(RunningSystem system) {
        return PlatformVars.startedIn(system.directory).orElseThrow();
    }

    /** Environment of a process. A service that starts is a shell until its launcher has become the service. */
    static String environment(RunningSystem system, String process) {
        return await(process + " runs")
                .atMost(STARTED_WITHIN)
                .until(
                        () -> system.handles(process)
                                .filter(LeastPrivilegeTest::isStarted)
                                .flatMap(handle -> environment(handle).stream())
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static boolean isStarted(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> !command.matches(".*/(sh|dash|bash|env)"))
                .isPresent();
    }

    private static Optional<String> environment(ProcessHandle process) {
        try {
            return Optional.of(Files.readString(Path.of("/proc/" + process.pid() + "/environ"), ISO_8859_1));
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
            return Optional.empty();
        }
    }
}
