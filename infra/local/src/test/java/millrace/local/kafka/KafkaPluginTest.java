package millrace.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.local.PlatformOptions;
import millrace.local.kafka.KafkaPlugin.Ended;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Kafka plugin of the PaaS's CLI works on the platform at home, and {@code bin/kafka} prints what it prints. Its
 * {@code topics:tail} and {@code topics:write} need brokers before 4.0: {@link SharedClusterPluginTest} tries them.
 */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-3")
@Timeout(400)
class KafkaPluginTest {
    private static final String APP = "millrace";

    private static ControlledPlatform controlled;
    private static KafkaPlugin plugin;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        KafkaPlugin.install(folder);
        controlled = new ControlledPlatform(folder.resolve("home"), new PlatformOptions());
        plugin = KafkaPlugin.on(controlled, folder);
    }

    @AfterAll
    static void stop() {
        if (controlled != null) {
            controlled.close();
        }
    }

    @Test
    void every_view_looks_as_the_plugins() throws Exception {
        same("info");
        same("topics");
        same("topics:info", "clicks");
        same("consumer-groups");
        assertThat(run("").out()).isEqualTo(run("info").out());
        assertThat(run("wait").exitCode()).isZero();
        assertThat(run("info", "KAFKA_URL").exitCode()).isZero();
        assertThat(run("topics:info", "nothing").err()).contains("topic nothing not found");
        assertThat(controlled.faults()).isEmpty();
    }

    @Test
    void it_creates_changes_and_destroys_a_topic() throws Exception {
        var created = run("topics:create", "page-visits", "--partitions", "3", "--replication-factor", "3");
        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.err())
                .contains("Creating topic page-visits with compaction disabled and retention time 1 day on kafka-");
        assertThat(info()).contains("Partitions:         3 partitions", "24 hours");

        works("topics:retention-time", "page-visits", "36h");
        works("topics:compaction", "page-visits", "enable");
        assertThat(info()).contains("Compaction is enabled for page-visits", "36 hours");
        works("topics:retention-time", "page-visits", "disable");
        assertThat(info()).doesNotContain("Retention:");
        assertThat(run("topics:replication-factor", "page-visits", "3").err()).contains("bin/up --brokers 3");

        assertThat(run("topics:destroy", "page-visits", "--confirm", "shop").exitCode())
                .isNotZero();
        works("topics:destroy", "page-visits", "--confirm", APP);
        assertThat(run("topics:info", "page-visits").err()).contains("topic page-visits not found");
        assertThat(run("topics:create", "many", "--partitions", "300").err()).contains("a topic has 1 to 256");
        assertThat(controlled.faults()).isEmpty();
    }

    @Test
    void it_knows_that_a_cluster_of_ones_own_needs_no_groups() throws Exception {
        var created = run("consumer-groups:create", "readers");
        assertThat(created.exitCode()).isZero();
        assertThat(created.err()).contains("does not need consumer groups managed explicitly");
    }

    @Test
    void it_disturbs_the_cluster_and_is_told_what_is_not_here() throws Exception {
        assertThat(works("credentials", "--reset").out()).contains("The credentials were reset");
        assertThat(works("fail", "--confirm", APP).out()).contains("Triggered failure on node 127.0.0.1");
        assertThat(works("fail", "--catastrophic", "--confirm", APP).out()).contains("Triggered failure on node");
        assertThat(controlled.operations())
                .containsExactly("certificates", "broker 0", "processes", "fail", "fail without disk");
        assertThat(run("fail", "--zookeeper", "--confirm", APP).err()).contains("has no ZooKeeper");
        assertThat(run("upgrade", "--version", "3.9", "--confirm", APP).err()).contains("bin/up --kafka");
        assertThat(run("zookeeper", "enable").err()).contains("only available in Heroku Private Spaces");
    }

    /** The plugin and bin/kafka print the same, but for the name of the command, and blank lines at the end. */
    private static void same(String verb, String... arguments) throws Exception {
        var theirs = run(verb, arguments).out().replace("heroku kafka:", "bin/kafka ");
        var ours = controlled.run(with(verb, arguments)).out();
        assertThat(withoutTrailingBlanks(ours)).isEqualTo(withoutTrailingBlanks(theirs));
    }

    private static String withoutTrailingBlanks(String text) {
        return text.lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .stripTrailing();
    }

    private static String info() throws Exception {
        return works("topics:info", "page-visits").out();
    }

    private static Ended works(String verb, String... arguments) throws Exception {
        var ended = run(verb, arguments);
        assertThat(ended.exitCode()).as(verb + ": " + ended.out() + ended.err()).isZero();
        return ended;
    }

    private static Ended run(String verb, String... arguments) throws Exception {
        return plugin.run(with(verb.isEmpty() ? "kafka" : "kafka:" + verb, arguments));
    }

    private static String[] with(String verb, String... arguments) {
        return Stream.concat(Stream.of(verb), Stream.of(arguments)).toArray(String[]::new);
    }
}
