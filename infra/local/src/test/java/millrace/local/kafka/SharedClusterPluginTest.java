package millrace.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import millrace.channels.Plan;
import millrace.local.KafkaVersion;
import millrace.local.PlatformOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Kafka plugin of the PaaS's CLI works on the smallest plan at home, with brokers of the PaaS's time. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-2")
@Timeout(400)
class SharedClusterPluginTest {
    private static ControlledPlatform controlled;
    private static KafkaPlugin plugin;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        KafkaPlugin.install(folder);
        controlled = new ControlledPlatform(
                folder.resolve("home"), new PlatformOptions().plan(Plan.BASIC_0).kafka(KafkaVersion.V3_9));
        plugin = KafkaPlugin.on(controlled, folder);
    }

    @AfterAll
    static void stop() {
        if (controlled != null) {
            controlled.close();
        }
    }

    @Test
    void it_shows_prefix_and_limits_and_the_version_of_the_brokers() throws Exception {
        assertThat(plugin.run("kafka:info").out())
                .contains(
                        "Plan:       heroku-kafka:basic-0\n",
                        "Version:    3.9.",
                        " / 40 topics",
                        "Prefix:     millrace-");
        assertThat(plugin.run("kafka:topics").out()).contains(" / 40 topics; prefix: millrace-");
        assertThat(plugin.run("kafka:topics:info", "clicks").out()).contains("Topic Prefix:       millrace-");
    }

    @Test
    void it_creates_lists_and_destroys_a_consumer_group() throws Exception {
        assertThat(plugin.run("kafka:consumer-groups:create", "readers").err())
                .contains("Creating consumer group readers... done");
        var theirs = plugin.run("kafka:consumer-groups").out();
        assertThat(theirs).contains("  readers");
        assertThat(controlled.run("consumer-groups").out().lines().map(String::stripTrailing))
                .containsExactlyElementsOf(
                        theirs.lines().map(String::stripTrailing).toList());
        assertThat(plugin.run("kafka:consumer-groups:destroy", "readers", "--confirm", "millrace")
                        .out())
                .contains("Your consumer group has been deleted");
        assertThat(plugin.run("kafka:consumer-groups").out()).doesNotContain("  readers");
    }

    @Test
    void it_writes_and_tails_a_topic_that_it_has_created() throws Exception {
        assertThat(plugin.run("kafka:topics:create", "talk", "--compaction").err())
                .contains("with compaction enabled and retention time 1 day on kafka-");

        var tail = plugin.start("kafka:topics:tail", "talk");
        try {
            tail.awaitLine(
                    "talk 0 \\d+ 5 hello",
                    Duration.ofSeconds(60),
                    () -> assertThat(plugin.run("kafka:topics:write", "talk", "hello", "--key", "a"))
                            .satisfies(ended ->
                                    assertThat(ended.exitCode()).as(ended.err()).isZero()));
        } finally {
            tail.close();
        }
        assertThat(controlled
                        .run("topics:tail", "talk", "--from-beginning", "--no-follow", "--keys", "--limit", "1")
                        .out())
                .isEqualTo("talk 0 0 5 a hello\n");
    }
}
