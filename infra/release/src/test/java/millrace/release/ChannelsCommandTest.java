package millrace.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import millrace.channels.KafkaIdentities;
import millrace.channels.Plan;
import millrace.events.Catalogue;
import millrace.local.EmbeddedPlatform;
import millrace.local.PlatformOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("platform")
@Tag("embedded")
class ChannelsCommandTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));

    private static EmbeddedPlatform platform;
    private static Admin admin;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>(platform.configVars());
    private Optional<Map<String, Object>> administrator = Optional.of(platform.kafkaClient());

    @BeforeAll
    static void start(@TempDir Path home) {
        platform = EmbeddedPlatform.start(
                home, new PlatformOptions().plan(Plan.BASIC_0).transactions(true));
        admin = Admin.create(platform.kafkaClient());
    }

    @AfterAll
    static void stop() {
        admin.close();
        platform.close();
    }

    @Test
    void a_cluster_that_bin_up_made_differs_in_its_replicas_alone() {
        assertThat(run("check")).isZero();

        assertThat(text().lines().skip(1))
                .isNotEmpty()
                .allMatch(line -> line.contains(" has 1 replicas instead of 3: ")
                        || line.contains(" takes a record that 1 replica has: "));
    }

    @Test
    void what_is_missing_is_shown_by_plan_created_by_apply_and_nothing_else_is_touched() throws Exception {
        admin.deleteTopics(List.of(platform.topic("clicks"), platform.topic("order-state")))
                .all()
                .get();
        deletePermissions(platform.topic("orders"));
        var others = settings("ledger");

        assertThat(run("plan")).isZero();
        assertThat(text())
                .contains(
                        "Topic clicks is missing:\n    heroku kafka:topics:create clicks --partitions 3",
                        "Topic order-state is missing",
                        "User:app lacks the permission ALLOW WRITE on TOPIC " + platform.topic("orders")
                                + " (LITERAL)");
        assertThat(run("check")).isEqualTo(1);
        assertThat(run("apply")).isZero();
        assertThat(text()).contains("Created topics: clicks, order-state.", "Granted 3 permissions.");

        assertThat(run("check")).isZero();
        assertThat(settings("order-state"))
                .containsEntry("cleanup.policy", "compact,delete")
                .containsEntry("min.insync.replicas", "1");
        assertThat(settings("clicks")).containsEntry("retention.ms", "604800000");
        assertThat(settings("ledger")).isEqualTo(others);
    }

    @Test
    void the_permissions_of_own_users_are_granted_where_they_are_asked_for() throws Exception {
        assertThat(run("check", "--own-users")).isEqualTo(1);
        assertThat(text()).contains("User:millrace-orders lacks the permission ALLOW WRITE on TOPIC");

        assertThat(run("apply", "--own-users")).isZero();

        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
                .containsAll(KafkaIdentities.ownPermissions(
                        Catalogue.entries(), platform.configVars().get("KAFKA_PREFIX")));
    }

    @Test
    void a_client_without_rights_creates_nothing_and_does_not_call_what_it_cannot_see_fine() throws Exception {
        administrator = Optional.empty();

        assertThat(run("check", "--user", "app")).isZero();
        assertThat(text())
                .contains("The cluster does not show permissions to this client")
                .contains("is unknown: the platform does not say");

        admin.deleteTopics(List.of(platform.topic("rejected-events"))).all().get();
        assertThat(run("apply")).isEqualTo(1);
        assertThat(text()).contains("Kafka does not answer: ");
        administrator = Optional.of(platform.kafkaClient());
        assertThat(run("apply")).isZero();
    }

    @Test
    void the_commands_need_no_platform() {
        environment.clear();

        assertThat(run("render", "--target", "commands", "--plan", "basic-0")).isZero();

        var groups = Catalogue.consumers(ProcessCommands.of(ROOT)).size();
        assertThat(text().lines())
                .hasSize(Catalogue.entries().size() + groups)
                .contains(
                        "heroku kafka:topics:create order-state --partitions 3 --retention-time 7d --compaction",
                        "heroku kafka:consumer-groups:create orders");
    }

    @Test
    void the_resources_of_kubernetes_have_the_prefix_of_the_environment() {
        assertThat(run("render", "--target", "strimzi", "--cluster", "shop")).isZero();

        assertThat(text())
                .contains("topicName: " + platform.topic("clicks"), "strimzi.io/cluster: shop", "kind: KafkaUser");
    }

    @Test
    void an_authentication_that_there_is_not_is_answered_with_those_that_there_are() {
        assertThat(run("render", "--target", "strimzi", "--authentication", "plain"))
                .isOne();

        assertThat(text()).isEqualTo("--authentication is tls or scram-sha-512, not plain.\n");
    }

    @Test
    void a_plan_that_there_is_not_is_answered_with_those_that_there_are() {
        assertThat(run("render", "--target", "commands", "--plan", "basic-9")).isEqualTo(2);

        assertThat(text()).contains("there is no plan basic-9, only [basic-0, basic-1");
    }

    private int run(String... arguments) {
        out.reset();
        System.setProperty("millrace.root", ROOT.toString());
        try {
            var command = new ChannelsCommand(
                    environment,
                    vars -> new CommandPlatform(vars, administrator, ROOT),
                    new PrintStream(out, true, UTF_8));
            return ChannelsCommand.commandLine(command)
                    .setErr(new PrintWriter(out, true, UTF_8))
                    .execute(arguments);
        } finally {
            System.clearProperty("millrace.root");
        }
    }

    private String text() {
        return out.toString(UTF_8);
    }

    private static Map<String, String> settings(String channel) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, platform.topic(channel));
        Config config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
        var settings = new TreeMap<String, String>();
        config.entries().forEach(entry -> settings.put(entry.name(), String.valueOf(entry.value())));
        return settings;
    }

    private static void deletePermissions(String topic) throws Exception {
        var filter = new AclBindingFilter(
                new ResourcePatternFilter(ResourceType.TOPIC, topic, PatternType.LITERAL),
                AccessControlEntryFilter.ANY);
        admin.deleteAcls(List.of(filter)).all().get();
    }
}
