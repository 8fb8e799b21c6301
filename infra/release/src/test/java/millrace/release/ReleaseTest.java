package millrace.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import millrace.local.EmbeddedPlatform;
import millrace.local.Procfile;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the release on a platform with the rights that the PaaS grants. */
@Tag("platform")
@Tag("embedded")
class ReleaseTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");
    private static final Duration SHORT = Duration.ofMillis(1);

    private static EmbeddedPlatform platform;
    private static Admin admin;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> vars = new HashMap<>(platform.configVars());

    @BeforeAll
    static void start(@TempDir Path home) {
        platform = EmbeddedPlatform.start(home);
        admin = Admin.create(platform.kafkaClient());
    }

    @AfterAll
    static void stop() {
        admin.close();
        platform.close();
    }

    @Test
    void migrates_each_schema_and_finds_the_whole_catalogue() throws Exception {
        assertThat(release(SHORT)).isZero();

        assertThat(err.toString(UTF_8)).isEmpty();
        assertThat(out.toString(UTF_8).lines())
                .last()
                .asString()
                .startsWith("All ")
                .contains(" topics and " + groups() + " consumer");
        assertThat(schemasWithHistory())
                .as("schemas of all modules with a folder db, which are added or in infra/release/pom.xml")
                .containsExactlyInAnyOrderElementsOf(foldersOfMigrations());
    }

    // fork: audit
    @Test
    void the_role_of_the_audit_service_may_add_and_change_nothing() throws Exception {
        assertThat(release(SHORT)).isZero();

        assertThat(rights("records")).isEqualTo("INSERT,SELECT");
        assertThat(rights("positions")).isEqualTo("INSERT,SELECT,UPDATE");
        assertThat(rights("retention")).isEqualTo("SELECT");
    }
    // fork: end

    // fork: audit
    @Test
    void where_the_platform_gives_one_role_only_that_is_used() {
        vars.remove("AUDIT_DATABASE_URL");

        assertThat(release(SHORT)).isZero();
    }
    // fork: end

    // fork: audit
    @ParameterizedTest
    @ValueSource(strings = {"P30D", "-P1M", "P1Y1D", "a year"})
    void a_retention_that_is_not_of_whole_months_is_refused(String retention) {
        vars.put("AUDIT_RETENTION", retention);

        assertThat(release(SHORT)).isEqualTo(1);

        assertThat(err.toString(UTF_8))
                .contains("AUDIT_RETENTION is '" + retention + "'; expected a period of whole months such as P13M");
    }
    // fork: end

    @Test
    void a_second_release_changes_nothing() throws IOException {
        release(SHORT);
        out.reset();

        assertThat(release(SHORT)).isZero();

        assertThat(out.toString(UTF_8).lines())
                .filteredOn(line -> line.startsWith("Schema "))
                .hasSameSizeAs(foldersOfMigrations())
                .allMatch(line -> line.contains(": 0 migrations applied, at version "));
    }

    @Test
    void the_schema_of_each_generation_is_migrated() throws Exception {
        execute("CREATE SCHEMA orders_g2");

        assertThat(release(SHORT)).isZero();

        assertThat(out.toString(UTF_8)).contains("Schema orders_g2: 1 migrations applied, at version 1.");
        execute("DROP SCHEMA orders_g2 CASCADE");
    }

    @Test
    void what_is_missing_or_wrong_is_named_at_once_with_its_commands() throws Exception {
        recreate("orders", 5);
        delete("clicks");

        assertThat(release(SHORT)).isEqualTo(1);

        assertThat(err.toString(UTF_8))
                .contains("Topic clicks is missing:\n    heroku kafka:topics:create clicks --partitions 3")
                .contains("Topic orders has 5 partitions instead of 3", "heroku kafka:topics:destroy orders\n");
        recreate("orders", 3);
        recreate("clicks", 3);
    }

    @Test
    void what_the_platform_does_not_show_is_said_to_be_unknown_and_too_few_replicas_are_warned_of() {
        assertThat(release(SHORT)).isZero();

        assertThat(out.toString(UTF_8))
                .contains(" more) has 1 replicas instead of 3")
                .contains("is unknown: the platform does not say.");
    }

    @Test
    void a_topic_that_removes_what_must_stay_stops_the_release() throws Exception {
        var everything = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL),
                new AccessControlEntry("User:*", "*", AclOperation.DESCRIBE_CONFIGS, AclPermissionType.ALLOW));
        admin.createAcls(List.of(everything)).all().get();
        recreate("order-state", 3);

        assertThat(release(SHORT)).isEqualTo(1);

        assertThat(err.toString(UTF_8))
                .contains("Topic order-state is cleaned up by \"delete\" instead of \"compact\"");
        var order = new ConfigResource(ConfigResource.Type.TOPIC, platform.topic("order-state"));
        admin.incrementalAlterConfigs(Map.of(
                        order,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        admin.deleteAcls(List.of(everything.toFilter())).all().get();
    }

    @Test
    void what_appears_in_time_is_waited_for() throws Exception {
        delete("order-state");

        var waiting = new Thread(() -> release(Duration.ofSeconds(30)));
        waiting.start();
        await().until(() -> out.toString(UTF_8).contains("Waiting up to 30 s for 1 topics and groups."));
        recreate("order-state", 3);
        waiting.join();

        assertThat(out.toString(UTF_8)).contains("All ");
    }

    @Test
    void a_group_that_may_not_be_used_is_named_with_its_command() throws Exception {
        var groups = new AclBindingFilter(
                new ResourcePatternFilter(ResourceType.GROUP, null, PatternType.ANY), AccessControlEntryFilter.ANY);
        var permissions = admin.deleteAcls(List.of(groups)).all().get();

        assertThat(release(SHORT)).isEqualTo(1);

        assertThat(err.toString(UTF_8)).contains("heroku kafka:consumer-groups:create orders");
        admin.createAcls(permissions).all().get();
    }

    @Test
    void the_database_that_does_not_answer_is_named_without_its_password() {
        vars.put("DATABASE_URL", "postgres://shop:s3cret@127.0.0.1:1/shop");

        assertThat(release(SHORT)).isEqualTo(1);

        assertThat(err.toString(UTF_8))
                .contains(" of shop at postgresql://127.0.0.1:1/shop")
                .doesNotContain("s3cret");
    }

    @Test
    void every_config_var_that_is_missing_is_named() {
        vars.clear();

        assertThat(release(SHORT)).isEqualTo(1);

        assertThat(err.toString(UTF_8)).contains("KAFKA_URL is missing", "DATABASE_URL is missing");
    }

    @Test
    void it_takes_no_argument_and_names_the_commands_that_do() {
        assertThat(run(SHORT, List.of("--commands"))).isEqualTo(2);

        assertThat(err.toString(UTF_8)).contains("bin/channels");
    }

    @Test
    void without_a_procfile_it_ends_and_says_where_it_expected_one(@TempDir Path empty) {
        var release = new Release(vars, empty, SHORT, new PrintStream(out, true, UTF_8));

        assertThat(release.run(List.of(), new PrintStream(err, true, UTF_8))).isEqualTo(1);

        assertThat(err.toString(UTF_8))
                .startsWith("There is no " + empty.resolve("Procfile") + ": run the command in the project folder.");
    }

    private int release(Duration createdWithin) {
        return run(createdWithin, List.of());
    }

    private int run(Duration createdWithin, List<String> arguments) {
        return new Release(vars, ROOT, createdWithin, new PrintStream(out, true, UTF_8))
                .run(arguments, new PrintStream(err, true, UTF_8));
    }

    private static int groups() {
        return Procfile.read(ROOT.resolve("Procfile")).consumers().size();
    }

    /** Names of the folders of migrations in all modules. */
    private static List<String> foldersOfMigrations() throws IOException {
        var folders = new ArrayList<String>();
        var pom = Files.readString(ROOT.resolve("pom.xml"));
        for (var module : MODULE.matcher(pom.substring(0, pom.indexOf("<profiles>")))
                .results()
                .toList()) {
            var migrations = ROOT.resolve(module.group(1)).resolve("src/main/resources/db");
            if (Files.isDirectory(migrations)) {
                try (var files = Files.list(migrations)) {
                    files.forEach(folder -> folders.add(folder.getFileName().toString()));
                }
            }
        }
        return folders;
    }

    // fork: audit
    private static String rights(String table) throws SQLException {
        var select = "SELECT string_agg(privilege_type, ',' ORDER BY privilege_type)"
                + " FROM information_schema.role_table_grants WHERE grantee = 'millrace_audit' AND table_name = '%s'";
        try (var database = DriverManager.getConnection(platform.jdbcUrl());
                var row = database.createStatement().executeQuery(select.formatted(table))) {
            row.next();
            return row.getString(1);
        }
    }
    // fork: end

    private static List<String> schemasWithHistory() throws SQLException {
        var schemas = new ArrayList<String>();
        try (var database = DriverManager.getConnection(platform.jdbcUrl());
                var tables = database.getMetaData().getTables(null, null, "flyway_schema_history", null)) {
            while (tables.next()) {
                schemas.add(tables.getString("TABLE_SCHEM"));
            }
        }
        return schemas;
    }

    private static void execute(String sql) throws SQLException {
        try (var database = DriverManager.getConnection(platform.jdbcUrl())) {
            database.createStatement().execute(sql);
        }
    }

    private static void recreate(String channel, int partitions) throws Exception {
        delete(channel);
        admin.createTopics(List.of(new NewTopic(platform.topic(channel), partitions, (short) 1)))
                .all()
                .get();
    }

    private static void delete(String channel) throws Exception {
        if (admin.listTopics().names().get().contains(platform.topic(channel))) {
            admin.deleteTopics(List.of(platform.topic(channel))).all().get();
        }
    }
}
