package millrace.release.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.channels.Finding;
import millrace.channels.Finding.Severity;
import millrace.channels.Plan;
import millrace.events.Json;
import millrace.local.EmbeddedPlatform;
import millrace.local.PlatformOptions;
import millrace.release.CommandPlatform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says about a platform on which one thing is wrong. */
@Tag("platform")
@Tag("embedded")
class DoctorTest {
    // fork: analytics
    private static final String ANALYTICS =
            "analytics: exec java -jar analytics-stream/target/quarkus-app/quarkus-run.jar\n";
    // fork: end
    private static final Duration DECADE = Duration.ofDays(3700);

    @TempDir
    private static Path project;

    private static EmbeddedPlatform platform;
    private static Admin admin;

    private final Map<String, String> vars = new HashMap<>(platform.configVars());
    private Clock clock = Clock.systemUTC();

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        platform = EmbeddedPlatform.start(
                home, new PlatformOptions().plan(Plan.BASIC_0).transactions(true));
        admin = Admin.create(platform.kafkaClient());
        Files.writeString(project.resolve("Procfile"), """
                release: exec java millrace.release.Release
                orders: exec java -jar orders-service/target/quarkus-app/quarkus-run.jar
                """);
        // fork: analytics
        Files.writeString(project.resolve("Procfile"), ANALYTICS, StandardOpenOption.APPEND);
        // fork: end
        service("orders-service", "millrace.requires=kafka,database");
        // fork: analytics
        service("analytics-stream", "millrace.requires=kafka,port");
        // fork: end
    }

    @AfterAll
    static void stop() {
        admin.close();
        platform.close();
    }

    @Test
    void nothing_is_wrong_with_a_whole_platform_and_what_it_hides_is_unknown_and_not_fine() {
        var findings = findings();

        assertThat(findings).noneMatch(Finding::isWrong);
        assertThat(of(Severity.UNKNOWN, findings))
                .singleElement()
                .asString()
                .startsWith("Whether clicks and ")
                .endsWith("is unknown: the platform does not say");
        assertThat(of(Severity.WARNING, findings))
                .singleElement()
                .asString()
                .matches("Topic clicks \\(and \\d+ more\\) has 1 replicas instead of 3: a broker that is lost may take"
                        + " records with it");
    }

    @Test
    void a_variable_that_is_missing_is_named_once_with_all_that_need_it() {
        vars.remove("DATABASE_URL");

        assertThat(wrong())
                .containsExactly("DATABASE_URL is missing; expected"
                        + " postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=MODE (needed by the release, orders)");
    }

    @Test
    void a_service_has_its_own_value_of_a_variable() {
        vars.put("ORDERS_DATABASE_URL", "postgres://nobody");

        assertThat(wrong())
                .containsExactly(
                        "DATABASE_URL names no database; expected postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=MODE"
                                + " (needed by orders)");
    }

    @Test
    void all_variables_of_kafka_that_do_not_fit_are_named() {
        vars.remove("KAFKA_TRUSTED_CERT");
        vars.put("KAFKA_PREFIX", "a b");

        assertThat(wrong())
                .anyMatch(sentence -> sentence.startsWith("KAFKA_TRUSTED_CERT is missing; expected one or several"))
                .anyMatch(sentence -> sentence.startsWith("KAFKA_PREFIX cannot start the name of a topic"));
    }

    @Test
    void the_key_of_another_certificate_is_named() throws Exception {
        vars.put("KAFKA_CLIENT_CERT", platform.ownIdentities().get("WEB_KAFKA_CLIENT_CERT"));
        vars.put("KAFKA_CLIENT_CERT_KEY", platform.ownIdentities().get("ORDERS_KAFKA_CLIENT_CERT_KEY"));

        assertThat(wrong())
                .singleElement()
                .asString()
                .startsWith("KAFKA_CLIENT_CERT_KEY is not the key of KAFKA_CLIENT_CERT; expected a pair (needed by"
                        + " the release, orders");
    }

    @Test
    void another_prefix_is_recognized_by_the_topics_that_there_are() {
        var prefix = vars.put("KAFKA_PREFIX", "white-925.");

        assertThat(findings())
                .anyMatch(finding -> finding.what()
                                .equals("No topic begins with KAFKA_PREFIX, which is \"white-925.\"; some begin with \""
                                        + prefix + "\"")
                        && finding.remedy().equals("set KAFKA_PREFIX=" + prefix));
    }

    @Test
    void a_channel_that_is_missing_or_has_other_partitions_is_named() throws Exception {
        recreate("clicks", 0);
        recreate("orders", 5);

        assertThat(wrong())
                .contains("Topic clicks is missing")
                .anyMatch(sentence -> sentence.startsWith("Topic orders has 5 partitions instead of 3"));
        recreate("clicks", 3);
        recreate("orders", 3);
    }

    @Test
    void a_topic_that_takes_no_record_is_named() throws Exception {
        var everything = allow(ResourceType.TOPIC, "*", AclOperation.DESCRIBE_CONFIGS);
        admin.createAcls(List.of(everything)).all().get();
        recreate("order-state", 3, Map.of("min.insync.replicas", "2", "cleanup.policy", "compact,delete"));

        assertThat(wrong()).contains("Topic order-state takes no record: 2 replicas must confirm one, and it has 1");
        recreate("order-state", 3);
        admin.deleteAcls(List.of(everything.toFilter())).all().get();
    }

    @Test
    void a_group_that_may_not_be_used_is_named() throws Exception {
        var permissions = delete(ResourceType.GROUP);

        assertThat(wrong()).contains("Consumer group orders is missing");
        admin.createAcls(permissions).all().get();
    }

    // fork: analytics
    @Test
    void transactions_that_are_not_granted_are_named_unless_they_are_not_used() throws Exception {
        var permissions = delete(ResourceType.TRANSACTIONAL_ID);

        assertThat(wrong()).containsExactly("Kafka transactions are not granted, and analytics writes in them");
        vars.put("ANALYTICS_GUARANTEE", "at_least_once");
        assertThat(wrong()).isEmpty();
        admin.createAcls(permissions).all().get();
    }
    // fork: end

    @Test
    void an_operation_that_a_service_lacks_is_named() {
        var own = platform.ownIdentities();
        vars.put("ORDERS_KAFKA_CLIENT_CERT", own.get("WEB_KAFKA_CLIENT_CERT"));
        vars.put("ORDERS_KAFKA_CLIENT_CERT_KEY", own.get("WEB_KAFKA_CLIENT_CERT_KEY"));

        assertThat(wrong()).contains("The client may not read topic " + platform.topic("transactions"));
    }

    @Test
    void credentials_of_a_service_that_the_brokers_refuse_are_named_with_the_service() throws Exception {
        var other = new TestAuthority("other").sign("millrace-orders");
        vars.put("ORDERS_KAFKA_CLIENT_CERT", other.certificate());
        vars.put("ORDERS_KAFKA_CLIENT_CERT_KEY", other.key());

        assertThat(findings())
                .extracting(Finding::what)
                .anyMatch(sentence ->
                        sentence.startsWith("The credentials of orders-service do not lead to the cluster: "))
                .anyMatch(sentence -> sentence.startsWith("KAFKA_CLIENT_CERT is not signed by an authority")
                        && sentence.endsWith(" (of orders-service)"));
    }

    @Test
    void a_broker_that_is_away_is_a_warning_and_all_of_them_are_wrong() {
        var url = vars.get("KAFKA_URL");
        vars.put("KAFKA_URL", url + ",kafka+ssl://127.0.0.1:1");
        assertThat(findings())
                .noneMatch(Finding::isWrong)
                .anyMatch(finding -> finding.what().equals("Nothing listens at 127.0.0.1:1"));

        vars.put("KAFKA_URL", "kafka+ssl://127.0.0.1:1,kafka+ssl://127.0.0.1:2");
        assertThat(wrong()).containsExactly("Nothing listens at 127.0.0.1:1", "Nothing listens at 127.0.0.1:2");
    }

    // fork: analytics
    @Test
    void brokers_that_are_too_old_for_a_setting_are_named() throws Exception {
        vars.put("ANALYTICS_GROUP_PROTOCOL", "streams");
        assertThat(wrong()).isEmpty();

        update("streams.version", (short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);

        assertThat(wrong())
                .containsExactly("ANALYTICS_GROUP_PROTOCOL is streams, and the brokers are older than Kafka 4.2 or have"
                        + " not enabled it");
        update("streams.version", (short) 1, FeatureUpdate.UpgradeType.UPGRADE);
    }
    // fork: end

    @Test
    void a_certificate_that_has_expired_is_named() {
        clock = Clock.offset(clock, DECADE);

        assertThat(wrong())
                .anyMatch(sentence -> sentence.startsWith("KAFKA_CLIENT_CERT expired at "))
                .anyMatch(sentence -> sentence.startsWith("A certificate of KAFKA_TRUSTED_CERT expired at "))
                .anyMatch(sentence -> sentence.startsWith("The certificate of the broker at 127.0.0.1:"));
    }

    @Test
    void a_certificate_that_is_not_valid_yet_is_named_with_the_clock() {
        clock = Clock.offset(clock, DECADE.negated());

        assertThat(wrong())
                .anyMatch(sentence -> sentence.startsWith("KAFKA_CLIENT_CERT is valid from ")
                        && sentence.contains("the clock of this machine says "));
    }

    @Test
    void a_clock_that_differs_from_that_of_the_database_is_named() {
        clock = Clock.offset(clock, Duration.ofSeconds(-130));

        assertThat(wrong())
                .singleElement()
                .asString()
                .matches("The clock of this machine is 1[23]\\d s behind that of the database of .*");
    }

    @Test
    void an_authority_of_another_cluster_is_named() throws Exception {
        vars.put("KAFKA_TRUSTED_CERT", new TestAuthority("other").certificate());

        assertThat(findings())
                .extracting(Finding::what)
                .anyMatch(sentence -> sentence.startsWith("No authority of KAFKA_TRUSTED_CERT has signed"))
                .anyMatch(sentence -> sentence.startsWith("KAFKA_CLIENT_CERT is not signed by an authority of"));
    }

    @Test
    void an_address_at_which_no_broker_is_is_named() {
        vars.put("KAFKA_URL", "kafka+ssl://127.0.0.1:1");
        assertThat(wrong()).containsExactly("Nothing listens at 127.0.0.1:1");

        vars.put("KAFKA_URL", "kafka+ssl://no.such.host.invalid:9096");
        assertThat(wrong()).containsExactly("No name server knows the host of no.such.host.invalid:9096");
    }

    @Test
    void a_database_that_refuses_the_password_is_named_without_it() {
        vars.computeIfPresent("DATABASE_URL", (name, url) -> url.replaceFirst("//([^:]+):[^@]+@", "//$1:s3cret@"));

        assertThat(wrong())
                .anyMatch(sentence -> sentence.startsWith("The database of ") && sentence.contains("does not answer: "))
                .noneMatch(sentence -> sentence.contains("s3cret"));
    }

    @Test
    void the_command_exits_with_1_where_something_is_wrong_and_prints_json() throws Exception {
        vars.put("KAFKA_PREFIX", "white-925.");
        var out = new ByteArrayOutputStream();
        System.setProperty("millrace.root", project.toString());
        try {
            assertThat(command(out, "--json")).isEqualTo(1);
        } finally {
            System.clearProperty("millrace.root");
        }

        var findings = Json.MAPPER.readTree(out.toString(UTF_8)).get("findings");
        assertThat(findings)
                .anyMatch(finding -> finding.get("severity").asText().equals("WRONG")
                        && finding.get("what").asText().startsWith("No topic begins with KAFKA_PREFIX"));
    }

    @Test
    void a_load_needs_a_plan() {
        var out = new ByteArrayOutputStream();

        assertThat(command(out, "--events", "5")).isEqualTo(1);

        assertThat(out.toString(UTF_8)).contains("--events needs --plan, which has the limits.");
        assertThat(command(out, "--events=-1", "--plan", "basic-0")).isEqualTo(1);
        assertThat(out.toString(UTF_8)).endsWith("--events has to be 0 or more, and is -1.0.\n");
    }

    private int command(ByteArrayOutputStream out, String... arguments) {
        return DoctorCommand.commandLine(new DoctorCommand(vars, clock, new PrintStream(out, true, UTF_8)))
                .setErr(new PrintWriter(out, true, UTF_8))
                .execute(arguments);
    }

    private List<String> wrong() {
        return of(Severity.WRONG, findings());
    }

    private static List<String> of(Severity severity, List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .map(Finding::what)
                .toList();
    }

    private List<Finding> findings() {
        return new Doctor(new CommandPlatform(vars, Optional.empty(), project), clock).findings();
    }

    /** Makes the folder of a service that has these settings, and the libraries of this test. */
    private static void service(String module, String settings) throws Exception {
        var app = project.resolve(module).resolve("target/quarkus-app");
        var classes = Files.createDirectories(app.resolve("app/classes"));
        Files.writeString(classes.resolve("application.properties"), settings);
        Files.createDirectories(app.resolve("lib/boot"));
        var libraries = Files.createDirectories(app.resolve("lib/main"));
        var number = 0;
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("-service")) {
                Files.createSymbolicLink(libraries.resolve("library-" + number++), Path.of(entry));
            }
        }
    }

    private static void recreate(String channel, int partitions) throws Exception {
        recreate(channel, partitions, Map.of());
    }

    /** Deletes the topic of a channel, and creates it with that many partitions unless there are to be none. */
    private static void recreate(String channel, int partitions, Map<String, String> settings) throws Exception {
        var topic = platform.topic(channel);
        if (admin.listTopics().names().get().contains(topic)) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
        if (partitions > 0) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
    }

    private static AclBinding allow(ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:*", "*", operation, AclPermissionType.ALLOW));
    }

    /** Deletes the permissions for all resources of a type, and returns them. */
    private static List<AclBinding> delete(ResourceType type) throws Exception {
        var all = new AclBindingFilter(
                new ResourcePatternFilter(type, null, PatternType.ANY), AccessControlEntryFilter.ANY);
        return List.copyOf(admin.deleteAcls(List.of(all)).all().get());
    }

    private static void update(String feature, short level, FeatureUpdate.UpgradeType type) throws Exception {
        admin.updateFeatures(
                        Map.of(feature, new FeatureUpdate(level, type)), new UpdateFeaturesOptions().timeoutMs(30_000))
                .all()
                .get();
    }
}
