package millrace.e2e;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import millrace.channels.Plan;
import millrace.events.Catalogue;
import millrace.local.ContainerEnvironment;
import millrace.local.DataDirectory;
import millrace.local.EmbeddedPlatform;
import millrace.local.ManagedProcess;
import millrace.local.PlatformOptions;
import millrace.local.Secrets;
import millrace.paas.Ports;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Starts every line of the Procfile with config vars that are present, empty, missing or unusable: it runs, or it ends
 * with a sentence for each variable that does not fit. Combinations are tested exhaustively in the module that reads
 * config vars; here each variable of each process is once in each state.
 */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-3")
class ServiceStartTest {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
    private static final Duration READY_WITHIN = Duration.ofSeconds(180);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);
    private static final Pattern LISTENS = Pattern.compile("Listening on: http://[^:]+:(\\d+)");

    private static final List<String> TLS = List.of("KAFKA_TRUSTED_CERT", "KAFKA_CLIENT_CERT", "KAFKA_CLIENT_CERT_KEY");
    private static final List<String> GENERATION =
            List.of("MILLRACE_GENERATION", "MILLRACE_CATCHING_UP", "MILLRACE_REPLAY_RATE");

    /** A process with its required and its optional variables. */
    private enum Service {
        // fork: audit
        RELEASE(List.of("KAFKA_URL", "DATABASE_URL"), List.of("KAFKA_PREFIX", "AUDIT_DATABASE_URL", "AUDIT_RETENTION")),
        // fork: instead RELEASE(List.of("KAFKA_URL", "DATABASE_URL"), List.of("KAFKA_PREFIX")),
        // fork: end
        WEB(List.of("KAFKA_URL", "PORT", "WRITE_KEYS"), List.of("KAFKA_PREFIX", "SOURCES", "PROXIES", "API_KEYS")),
        // fork: analytics
        ANALYTICS(
                List.of("KAFKA_URL"),
                List.of(
                        "KAFKA_PREFIX",
                        "PORT",
                        "API_KEYS",
                        "ANALYTICS_GUARANTEE",
                        "ANALYTICS_GROUP_PROTOCOL",
                        "ANALYTICS_THREADS",
                        "ANALYTICS_ADDRESS")),
        // fork: end
        // fork: audit
        AUDIT(
                List.of("KAFKA_URL", "DATABASE_URL", "AUDIT_MASTER_KEY", "AUDIT_SIGNING_KEY"),
                List.of(
                        "KAFKA_PREFIX",
                        "PORT",
                        "API_KEYS",
                        "AUDIT_MASTER_KEY_PREVIOUS",
                        "AUDIT_SIGNING_KEY_PREVIOUS",
                        "AUDIT_PUBLIC_KEY",
                        "AUDIT_CHECKPOINTS_KEPT",
                        "AUDIT_RETENTION",
                        "MILLRACE_GENERATION")),
        // fork: end
        ORDERS(List.of("KAFKA_URL", "DATABASE_URL"), List.of("KAFKA_PREFIX", "PORT", "API_KEYS"));

        private final List<String> required;
        private final List<String> optional;

        Service(List<String> required, List<String> optional) {
            this.required = required;
            this.optional = optional;
        }

        String process() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean hasGenerations() {
            return Catalogue.entry("generations").writers().stream()
                    .map(Catalogue::process)
                    .anyMatch(process()::equals);
        }

        /** Variable of a database role of its own, which is set for it alone. */
        Optional<String> ownDatabase() {
            // fork: audit
            if (this == AUDIT) {
                return Optional.of("AUDIT_DATABASE_URL");
            }
            // fork: end
            return Optional.empty();
        }

        /** All variables that it reads. */
        List<String> all() {
            return Stream.of(required, optional, TLS, hasGenerations() ? GENERATION : List.<String>of())
                    .flatMap(List::stream)
                    .toList();
        }
    }

    /** Config vars that each process requires, by the name of the process. */
    static Map<String, List<String>> requiredVars() {
        return Stream.of(Service.values()).collect(toMap(Service::process, service -> service.required));
    }

    /** Config vars that each process reads, by the name of the process. */
    static Map<String, Set<String>> varsThatAreRead() {
        return Stream.of(Service.values())
                .collect(toMap(
                        Service::process,
                        service -> Stream.concat(service.all().stream(), service.ownDatabase().stream())
                                .collect(toSet())));
    }

    private static DataDirectory directory;
    private static EmbeddedPlatform platform;
    private static Map<String, String> fitting;

    @BeforeAll
    static void start() throws Exception {
        directory = DataDirectory.open(Files.createTempDirectory("starts"));
        platform = EmbeddedPlatform.start(directory, new PlatformOptions().plan(Plan.BASIC_2));
        fitting = fitting();
        try (var admin = Admin.create(platform.kafkaClient())) {
            admin.createTopics(Catalogue.entries().stream()
                            .map(entry -> new NewTopic(entry.name(), entry.partitions(), (short) 1)
                                    .configs(Map.of("cleanup.policy", entry.cleanupPolicy())))
                            .toList())
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        platform.close();
        directory.close();
    }

    @Test
    void without_what_it_requires_it_ends_and_names_all_of_it() throws Exception {
        each(Service.values(), service -> {
            var output = ended(service, "missing", Map.of());

            for (var name : service.required) {
                assertThat(output).as(service.process()).contains(name + " is missing; expected ");
            }
        });
    }

    @Test
    void empty_is_missing() throws Exception {
        each(Service.values(), service -> {
            var output = ended(
                    service,
                    "empty",
                    service.all().stream().collect(toMap(name -> name, name -> name.length() % 2 == 0 ? "" : " ")));

            for (var name : service.all()) {
                assertThat(output.contains(name + " is missing; expected "))
                        .as("%s, without %s: %s", service.process(), name, output)
                        .isEqualTo(service.required.contains(name));
                assertThat(output).as(service.process()).doesNotContainPattern(name + " (has|is no|cannot)");
            }
        });
    }

    @Test
    void each_variable_that_cannot_be_used_is_named_and_none_of_their_values() throws Exception {
        each(Service.values(), service -> {
            var output = ended(
                    service,
                    "unusable",
                    service.all().stream().collect(toMap(name -> name, ServiceStartTest::unusable)));

            assertThat(output.lines())
                    .as(service.process())
                    .satisfies(lines -> service.all()
                            .forEach(name -> assertThat(lines)
                                    .as(name)
                                    .anyMatch(line -> line.contains(name + " ") && line.contains("expected"))));
        });
    }

    @Test
    void it_runs_with_every_variable_and_with_what_it_requires_alone() throws Exception {
        assertThat(ended(Service.RELEASE, "release", fitting)).contains("are there.");
        run("present", service -> fitting); // All variables of the app, as the platform gives them to each process.
        assertThat(groups()).containsAll(consumers().map(platform::topic).toList());

        var dedicated = dedicated();
        run("none", service -> required(service, dedicated));
        assertThat(groups()).containsAll(consumers().toList());
        run("blank", service -> {
            var vars = required(service, dedicated);
            Stream.concat(service.optional.stream(), GENERATION.stream()).forEach(name -> vars.put(name, ""));
            return vars;
        });
    }

    /** Consumer groups by their logical names. */
    private static Stream<String> consumers() {
        return Catalogue.entry("generations").writers().stream()
                .map(Catalogue::process)
                .filter(RunningSystem.PROCFILE.consumers()::containsKey);
    }

    private static String unusable(String name) {
        return switch (name) {
            case "KAFKA_URL" -> "kafka+ssl://s3cret";
            // fork: audit
            case "AUDIT_RETENTION" -> "P1D"; // The message contains it, since it is no secret.
            // fork: end
            default -> "/ s3cret";
        };
    }

    private interface Check {
        void of(Service service) throws Exception;
    }

    private interface Vars {
        Map<String, String> of(Service service);
    }

    /** Starts all at once, since most of a start is waiting. */
    private static void run(String round, Vars vars) throws Exception {
        var children = new LinkedHashMap<Service, ManagedProcess>();
        for (var service : EnumSet.complementOf(EnumSet.of(Service.RELEASE))) {
            children.put(service, start(service, round, vars.of(service)));
        }
        try {
            await(round)
                    .atMost(READY_WITHIN)
                    .pollInterval(Duration.ofMillis(250))
                    .untilAsserted(() -> children.forEach((service, child) -> assertThat(isReady(child))
                            .as(() -> service.process() + " printed "
                                    + child.log().lastLines(30))
                            .isTrue()));
        } finally {
            children.values().parallelStream().forEach(child -> child.stop(STOPS_WITHIN));
        }
    }

    /** Asks the port of the log: without PORT a worker takes a free one. */
    private static boolean isReady(ManagedProcess child) {
        var listens = LISTENS.matcher(child.log().lastLines(200));
        if (!listens.find()) {
            return false;
        }
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listens.group(1) + "/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs two checks at a time. */
    private static void each(Service[] services, Check check) throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            var checks = new ArrayList<Callable<Void>>();
            for (var service : services) {
                checks.add(() -> {
                    check.of(service);
                    return null;
                });
            }
            for (var done : threads.invokeAll(checks)) {
                done.get();
            }
        }
    }

    /**
     * Runs a process to its end and returns its output, which contains no values; it must end with the expected exit
     * code.
     */
    private static String ended(Service service, String how, Map<String, String> vars) throws IOException {
        var child = start(service, how, vars);
        try {
            assertThat(child.endsWithin(ENDS_WITHIN))
                    .as(() -> service.process() + " ends; its output: "
                            + child.log().lastLines(30))
                    .isTrue();
        } finally {
            child.stop(STOPS_WITHIN);
        }
        var output = Files.readString(child.log().path());
        assertThat(child.exitCode()).as(output).hasValue(vars == fitting ? 0 : 1);
        assertThat(output).doesNotContain("s3cret").doesNotContain("\tat ");
        return output;
    }

    private static ManagedProcess start(Service service, String round, Map<String, String> vars) throws IOException {
        var variables = new LinkedHashMap<>(ContainerEnvironment.environment());
        var disk = directory.emptyFolder("tmp/" + service.process() + "-" + round);
        variables.put("JAVA_OPTS", ContainerEnvironment.JAVA_OPTS + " -Djava.io.tmpdir=" + disk);
        variables.putAll(vars);
        if (vars == fitting || variables.getOrDefault("PORT", "").equals("free")) {
            variables.put("PORT", Integer.toString(Ports.free(0)));
        }
        return ManagedProcess.start(
                directory,
                service.process() + "-" + round,
                RunningSystem.ROOT,
                variables,
                ServiceInstance.command(service.process()));
    }

    private static Map<String, String> required(Service service, Map<String, String> vars) {
        var required = new LinkedHashMap<String, String>();
        Stream.concat(service.required.stream(), TLS.stream()).forEach(name -> required.put(name, vars.get(name)));
        return required;
    }

    /** All variables of a shared plan, and every optional setting. */
    private static Map<String, String> fitting() throws Exception {
        var vars = new LinkedHashMap<>(platform.configVars());
        var key = Secrets.sha256(Secrets.random());
        vars.put("PORT", "free");
        vars.put("WRITE_KEYS", "shop:" + key);
        vars.put("SOURCES", "{\"shop\":{\"eventsPerSecond\":500}}");
        vars.put("PROXIES", "1");
        vars.put("API_KEYS", "dashboard:reader:" + key);
        // fork: analytics
        vars.put("ANALYTICS_GUARANTEE", "at_least_once");
        vars.put("ANALYTICS_GROUP_PROTOCOL", "classic");
        vars.put("ANALYTICS_THREADS", "1");
        vars.put("ANALYTICS_ADDRESS", "127.0.0.1:1");
        // fork: end
        // fork: audit
        var pair = signingKeys();
        vars.put("AUDIT_SIGNING_KEY", base64(pair.getPrivate().getEncoded()));
        vars.put("AUDIT_SIGNING_KEY_PREVIOUS", base64(signingKeys().getPrivate().getEncoded()));
        vars.put("AUDIT_PUBLIC_KEY", base64(pair.getPublic().getEncoded()));
        vars.put("AUDIT_MASTER_KEY_PREVIOUS", Secrets.masterKey());
        vars.put("AUDIT_CHECKPOINTS_KEPT", "P7D");
        vars.put("AUDIT_RETENTION", "P13M");
        // fork: end
        return vars;
    }

    /** Variables of a dedicated plan: no prefix, every right, and one role in the database. */
    private static Map<String, String> dedicated() {
        var vars = new LinkedHashMap<>(fitting);
        var client = platform.kafkaClient();
        vars.put(
                "KAFKA_CLIENT_CERT",
                client.get("ssl.keystore.certificate.chain").toString());
        vars.put("KAFKA_CLIENT_CERT_KEY", client.get("ssl.keystore.key").toString());
        return vars;
    }

    private static List<String> groups() throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            return admin.listGroups().all().get().stream()
                    .map(GroupListing::groupId)
                    .toList();
        }
    }

    // fork: audit
    private static KeyPair signingKeys() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }
    // fork: end

    // fork: audit
    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
    // fork: end
}
