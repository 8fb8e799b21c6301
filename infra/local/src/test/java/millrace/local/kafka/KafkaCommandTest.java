package millrace.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import millrace.events.Json;
import millrace.local.EmbeddedPlatform;
import millrace.local.PlatformOptions;
import millrace.local.kafka.ControlledPlatform.Result;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("platform")
@Tag("embedded")
@Timeout(120)
class KafkaCommandTest {
    private static ControlledPlatform controlled;
    private static EmbeddedPlatform platform;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        controlled = new ControlledPlatform(folder.resolve("home"), new PlatformOptions());
        platform = controlled.platform();
    }

    @AfterAll
    static void stop() {
        controlled.close();
    }

    @Test
    void info_shows_the_cluster_and_wait_returns_at_once() throws IOException {
        assertThat(run("info").out())
                .startsWith(
                        "=== KAFKA_URL\n\nPlan:       heroku-kafka:" + platform.plan() + "\nStatus:     available\n")
                .contains("\nVersion:    4.", "Topics:     ", "\nAdd-on:     kafka-local-");
        assertThat(json(run("info", "--json")).path("state").path("healthy?").asBoolean())
                .isTrue();
        assertThat(run("wait")).isEqualTo(new Result(0, "", ""));
        assertThat(run("info", "KAFKA_URL", "-a", "millrace").exitCode()).isZero();
    }

    @Test
    void another_app_or_cluster_is_refused() throws IOException {
        assertThat(run("info", "-a", "shop"))
                .isEqualTo(new Result(1, "", "Couldn't find that app: the only one here is millrace.\n"));
        assertThat(run("info", "KAFKA_RED_URL").err())
                .startsWith("Couldn't find that add on: the only one here is kafka-");
    }

    @Test
    void a_topic_is_created_shown_changed_and_destroyed() throws IOException {
        var created = run("topics:create", "page-visits", "--partitions", "3", "--retention-time", "36h");
        assertThat(created.err())
                .startsWith(
                        "Creating topic page-visits with compaction disabled and retention time 1 day 12 hours on kafka-")
                .endsWith("... done\n");
        assertThat(created.out()).startsWith("Use `bin/kafka topics:info page-visits` to monitor your topic.\n");
        assertThat(run("topics").out())
                .startsWith("=== Kafka Topics on KAFKA_URL\n")
                .contains("  page-visits  ");
        assertThat(run("topics:info", platform.topic("page-visits")).out())
                .contains(":: " + platform.topic("page-visits") + "\n")
                .contains("Partitions:         3 partitions\n", "Compaction is disabled for page-visits\n")
                .endsWith("Retention:          36 hours\n");

        assertThat(run("topics:compaction", "page-visits", "enable").err())
                .startsWith("Enabling compaction for topic page-visits on kafka-");
        assertThat(run("topics:retention-time", "page-visits", "10d").err())
                .startsWith("Setting retention time to 10d for topic page-visits on kafka-");
        assertThat(run("topics:info", "page-visits").out())
                .contains("Compaction is enabled for page-visits\n", "10 days\n");
        assertThat(run("topics:retention-time", "page-visits", "disable").err())
                .startsWith("Disabling time-based retention for topic");
        assertThat(json(run("topics:info", "page-visits", "--json"))
                        .path("retention_enabled")
                        .asBoolean())
                .isFalse();
        assertThat(run("topics:compaction", "page-visits", "off").err())
                .startsWith("Disabling compaction and setting retention time to 6 hours for topic");

        assertThat(run("topics:destroy", "page-visits", "--confirm", "shop").err())
                .isEqualTo("Confirmation shop did not match millrace. Aborted.\n");
        assertThat(runWith("no\n", "topics:destroy", "page-visits").err())
                .contains("This command will affect the cluster: kafka-")
                .endsWith("Confirmation no did not match millrace. Aborted.\n");
        assertThat(runWith("millrace\n", "topics:destroy", "page-visits").out())
                .startsWith("Your topic has been marked for deletion");
        assertThat(run("topics:info", "page-visits")).isEqualTo(new Result(1, "", "topic page-visits not found\n"));
    }

    @Test
    void what_the_plan_forbids_is_refused_in_a_sentence() throws IOException {
        assertThat(run("topics:create", "many", "--partitions", "300").err())
                .endsWith("!\nThe topic many needs 300 partitions; with the plan standard-0 a topic has 1 to 256.\n");
        assertThat(run("topics:create", "short", "--retention-time", "5h").err())
                .endsWith(
                        "The topic short keeps records for 5 h; with the plan standard-0 a topic keeps them for 6 h to 336 h.\n");
        assertThat(run("topics:create", "one", "--replication-factor", "2").err())
                .endsWith("With the plan standard-0 a topic has 3 to 3 replicas, not 2.\n");
        assertThat(run("topics:create", "clicks").err()).endsWith("The topic clicks exists already.\n");
        assertThat(run("topics:create", "a b").err()).contains("other than ASCII alphanumerics, '.', '_' and '-'");
        assertThat(run("topics:create", "x", "--retention-time", "soon").err())
                .isEqualTo("Could not parse retention time 'soon'; expected value like '10d' or '36h'\n");
        assertThat(run("topics:compaction", "clicks", "perhaps").err()).startsWith("Unknown value 'perhaps'");
        assertThat(run("topics:replication-factor", "clicks", "3").err())
                .endsWith("A topic has a replica on each broker at most, and 1 of them run here: bin/up --brokers 3"
                        + " starts more.\n");
    }

    @Test
    void what_is_not_for_this_cluster_says_why() throws IOException {
        assertThat(run("upgrade", "--version", "3.9").err()).contains("bin/up --kafka");
        assertThat(run("zookeeper", "enable").err()).contains("only available in Heroku Private Spaces");
        assertThat(run("fail", "--zookeeper", "--confirm", "millrace").err()).contains("has no ZooKeeper");
        assertThat(run("fail", "--catastrophic", "--confirm", "millrace").out())
                .isEqualTo("Triggered failure on node 127.0.0.1\n");
        assertThat(run("credentials", "--reset").out()).startsWith("The credentials were reset: ");
        assertThat(controlled.operations())
                .containsSequence("fail without disk", "certificates", "broker 0", "processes");
        assertThat(run("credentials").exitCode()).isEqualTo(2);
    }

    @Test
    @Tag("long")
    void no_broker_fails_while_one_is_missing_and_new_credentials_wait_for_it() throws Exception {
        var broker = platform.brokers().getFirst();
        var before = List.copyOf(controlled.operations());
        broker.stop();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(run("fail", "--confirm", "millrace").err())
                    .endsWith(
                            "Not every broker is up with all its replicas in sync (bin/ps shows them), and no other may"
                                    + " fail meanwhile: wait, and try again.\n");
            var reset = threads.submit(() -> run("credentials", "--reset"));
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> controlled.operations().equals(before));

            broker.start();

            assertThat(reset.get().out()).startsWith("The credentials were reset");
            assertThat(controlled.operations()).endsWith("certificates", "broker 0", "processes");
        } finally {
            if (!broker.process().isAlive()) {
                broker.start();
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> run("topics").exitCode() == 0);
        }
    }

    @Test
    void topics_of_kafka_itself_are_left_alone() {
        assertThat(run("topics:destroy", "__consumer_offsets", "--confirm", "millrace")
                        .err())
                .endsWith("There is no topic __consumer_offsets.\n");
        assertThat(run("topics:create", "__mine").err()).contains("with __ begin the topics of Kafka itself.");
    }

    /** None of them is a fault of the program, which would print its stack trace. */
    @Test
    void values_beyond_every_limit_are_refused_in_a_sentence() {
        assertThat(run("info", "-a", "a b/../c"))
                .isEqualTo(new Result(1, "", "Couldn't find that app: the only one here is millrace.\n"));
        assertThat(run("topics:create", "x", "--retention-time", "999999999999d")
                        .err())
                .isEqualTo("Could not parse retention time '999999999999d'; expected value like '10d' or '36h'\n");
        assertThat(run("topics:create", "x", "--retention-time", "10000000d").err())
                .endsWith("with the plan standard-0 a topic keeps them for 6 h to 336 h.\n");
        assertThat(run("topics:create", "x", "--partitions", "9999999999").err())
                .endsWith("partition_count has to be a whole number of at most 9 digits, and is 9999999999.\n");
        assertThat(run("topics:tail", "clicks", "--max-length", "-1").err())
                .isEqualTo("--max-length has to be 0 or more, and is -1.\n");
        assertThat(run("topics:tail", "clicks", "--since", "1h", "--from-beginning")
                        .err())
                .isEqualTo("--from-beginning and --since exclude each other: give one of them.\n");
        assertThat(run("topics:write", "clicks", "x", "--partition", "-1").err())
                .isEqualTo("topic clicks has no partition -1\n");
        for (var since : List.of("36500d", "106751991167d", "1960-01-01T00:00:00Z", "+999999999-01-01T00:00:00Z")) {
            assertThat(run("topics:tail", "clicks", "--since", since, "--no-follow", "--limit", "1"))
                    .as(since)
                    .isEqualTo(new Result(0, "", ""));
        }
    }

    @Test
    void consumer_groups_need_no_creation_on_a_cluster_of_ones_own() throws IOException {
        var created = run("consumer-groups:create", "readers");
        assertThat(created.exitCode()).isZero();
        assertThat(created.err()).contains("does not need consumer groups managed explicitly");
        assertThat(run("consumer-groups").out()).startsWith("=== Kafka Consumer Groups on HEROKU_KAFKA\n\n\n\n");
    }

    @Test
    void what_is_written_is_tailed_with_key_headers_and_filters() throws IOException {
        run("topics:create", "talk", "--partitions", "8");
        var first = json(run("topics:write", "talk", "{\"n\":1}", "--key", "a", "--header", "kind=odd", "--json"));
        var second = json(run("topics:write", "talk", "two\u001b[2J", "--key", "a", "--json"));
        assertThat(second.path("partition")).isEqualTo(first.path("partition"));
        assertThat(second.path("offset").asInt()).isEqualTo(1);
        assertThat(runWith("three\nfour\n", "topics:write", "talk", "-", "--partition", "7", "--key", "b"))
                .isEqualTo(new Result(0, "", ""));

        var partition = first.path("partition").asInt();
        assertThat(run("topics:tail", "talk", "--from-beginning", "--no-follow")
                        .out()
                        .lines())
                .containsExactlyInAnyOrder(
                        "talk " + partition + " 0 7 {\"n\":1}",
                        "talk " + partition + " 1 7 two\\u001b[2J",
                        "talk 7 0 5 three",
                        "talk 7 1 4 four");
        assertThat(tail("--key", "a", "--limit", "1", "--keys", "--headers", "--max-length", "2"))
                .isEqualTo("talk " + partition + " 0 7 a kind=odd {\"\n");
        assertThat(tail("--header", "kind=odd").lines()).hasSize(1);
        assertThat(tail("--grep", "hre")).isEqualTo("talk 7 0 5 three\n");
        assertThat(tail("--partition", "7").lines()).hasSize(2);
        var record = Json.MAPPER.readTree(tail("--grep", "n\":1", "--json"));
        assertThat(record.path("value").path("n").asInt()).isOne();
        assertThat(record.path("headers").path("kind").asText()).isEqualTo("odd");
        assertThat(run("topics:tail", "talk", "--since", "1h", "--no-follow")
                        .out()
                        .lines())
                .hasSize(4);
        assertThat(run("topics:tail", "talk", "--since", "2100-01-01T00:00:00Z", "--no-follow")
                        .out())
                .isEmpty();
        assertThat(run("topics:tail", "talk", "--since", "noon").err()).startsWith("Unknown time 'noon'");
        assertThat(run("topics:tail", "nothing").err()).isEqualTo("topic nothing not found\n");
        assertThat(run("topics:tail", "talk", "--partition", "9").err()).isEqualTo("topic talk has no partition 9\n");
    }

    @Test
    void a_record_of_a_stranger_is_printed_whole_and_cannot_command_the_terminal() throws IOException {
        run("topics:create", "strange", "--partitions", "1");
        var deep = "[".repeat(1_000) + "]".repeat(1_000);
        var deeper = "[" + deep + "]";
        var number = "{\"n\":12345678901234567890.10,\"n\":1e999}";
        for (var value :
                List.of("\"\u009b2J\u007f\"", deep, deeper, number, "{} more", "", "{\"a\":\t1}", "@pom.xml")) {
            run("topics:write", "strange", value, "--key", "\u009bk", "--header", "\u001b[2Jname=value");
        }

        var text = run("topics:tail", "strange", "--from-beginning", "--no-follow", "--headers", "--keys");
        var json = run("topics:tail", "strange", "--from-beginning", "--no-follow", "--json");

        assertThat(text.exitCode()).isZero();
        assertThat(text.out().lines().toList().getFirst())
                .isEqualTo("strange 0 0 7 \\u009bk \\u001b[2Jname=value \"\\u009b2J\\u007f\"");
        assertThat(json.err()).isEmpty();
        assertThat(json.out().replace("\n", ""))
                .matches(printed -> printed.chars().noneMatch(Character::isISOControl));
        var values = json.out()
                .lines()
                .map(line -> line.replaceFirst(".*\"value\":", "").replaceFirst("}$", ""))
                .toList();
        assertThat(values)
                .containsExactly(
                        "\"\\u009b2J\\u007f\"",
                        deep,
                        "\"" + deeper + "\"",
                        number,
                        "\"{} more\"",
                        "\"\"",
                        "{\"a\": 1}",
                        "\"@pom.xml\"");
    }

    @Test
    void a_group_of_a_stranger_cannot_command_the_terminal() throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            var position = Map.of(new TopicPartition(platform.topic("clicks"), 0), new OffsetAndMetadata(0));
            admin.alterConsumerGroupOffsets("\u001b[2J\u009b\nstranger", position)
                    .all()
                    .get();
        }
        for (var command : List.of(
                new String[] {"consumer-groups"},
                new String[] {"consumer-groups", "--json"},
                new String[] {"lag", "--over", "1"},
                new String[] {"lag", "--over", "1", "--json"})) {
            var out = run(command).out();
            assertThat(out).contains("[2J", "stranger");
            assertThat(out.replace("\n", ""))
                    .as(out)
                    .matches(text -> text.chars().noneMatch(Character::isISOControl));
            assertThat(out.lines()).as(out).noneMatch(line -> line.startsWith("stranger"));
        }
    }

    @Test
    void marks_of_transactions_are_no_unread_records() throws Exception {
        run("topics:create", "marked", "--partitions", "1");
        var client = new HashMap<>(platform.kafkaClient());
        client.put("transactional.id", "marks");
        try (var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(platform.topic("marked"), "a record"));
            producer.commitTransaction();
        }
        try (var admin = Admin.create(platform.kafkaClient())) {
            var afterTheRecord = Map.of(new TopicPartition(platform.topic("marked"), 0), new OffsetAndMetadata(1));
            admin.alterConsumerGroupOffsets("marked-reader", afterTheRecord)
                    .all()
                    .get();
        }

        var begin = Instant.now();
        var lag = json(run("lag", "marked-reader", "--over", "1", "--json"));

        assertThat(lag.path("records").asInt()).isOne();
        assertThat(lag.path("seconds").asDouble(-1)).isZero();
        assertThat(Duration.between(begin, Instant.now()))
                .as("it does not wait 10 s for a record that there is not")
                .isLessThan(Duration.ofSeconds(9));
    }

    @Test
    void lag_is_in_records_and_in_seconds() throws IOException {
        run("topics:create", "slow", "--partitions", "2");
        runWith("1\n2\n3\n", "topics:write", "slow", "-", "--partition", "0");
        var client = new HashMap<>(platform.kafkaClient());
        client.put("group.id", platform.topic("sluggish"));
        client.put("auto.offset.reset", "earliest");
        client.put("max.poll.records", 1);
        client.put("enable.auto.commit", false);
        var text = new StringDeserializer();
        try (var consumer = new KafkaConsumer<>(client, text, text)) {
            consumer.subscribe(List.of(platform.topic("slow")));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> consumer.poll(Duration.ofMillis(100)).count(), count -> count > 0);
            consumer.commitSync();
        }

        var lag = json(run("lag", "sluggish", "--over", "1", "--json"));

        assertThat(lag.path("topic").asText()).isEqualTo("slow");
        assertThat(lag.path("records").asInt()).isEqualTo(2);
        assertThat(lag.path("seconds").asDouble()).isPositive();
        assertThat(lag.path("trendPerSecond").asDouble()).isZero();
        assertThat(lag.has("caughtUpInSeconds")).isFalse();
        assertThat(run("lag", "sluggish", "--over", "1").out().lines().toList().getLast())
                .matches("  sluggish   slow    2     [0-9.]+ s +[+]0/s +never, by this trend");
        assertThat(run("lag", "nobody").err()).isEqualTo("There is no consumer group nobody that has read anything.\n");
        assertThat(run("consumer-groups").out()).contains("\n  sluggish\n");
    }

    @Test
    void the_plugin_gets_its_environment() throws IOException {
        assertThat(run("plugin").out())
                .contains("export HEROKU_HOST='https://localhost:", "export HEROKU_API_KEY='", "data/tls/control.crt'");
        assertThat(json(run("plugin", "--json")).path("HEROKU_HOST").asText()).startsWith("https://localhost:");
    }

    @Test
    void without_a_running_bin_up_a_sentence_says_so(@TempDir Path empty) {
        assertThat(ControlledPlatform.runIn(empty, "", "topics").err())
                .isEqualTo("No bin/up runs in " + empty + ": start it, or name its folder in MILLRACE_HOME.\n");
        assertThat(ControlledPlatform.runIn(empty, "", "lag").err())
                .isEqualTo("There is no Kafka in " + empty + ": bin/up has not run yet.\n");
    }

    @Test
    void when_bin_up_has_ended_a_sentence_says_so_at_once(@TempDir Path ended) throws IOException {
        Files.writeString(ended.resolve("administrator.properties"), "bootstrap.servers=127.0.0.1\\:1\n");
        Files.writeString(ended.resolve("config-vars.json"), "{}");

        for (var command : List.of(new String[] {"lag"}, new String[] {"topics:tail", "clicks"}, new String[] {
            "topics:write", "clicks", "x"
        })) {
            assertThat(ControlledPlatform.runIn(ended, "", command))
                    .isEqualTo(new Result(
                            1,
                            "",
                            "No bin/up runs in " + ended + ": start it, or name its folder in MILLRACE_HOME.\n"));
        }
    }

    private static String tail(String... arguments) {
        var all = new ArrayList<>(List.of("topics:tail", "talk", "--from-beginning", "--no-follow"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new)).out();
    }

    private static JsonNode json(Result result) throws IOException {
        assertThat(result.exitCode()).as(result.err()).isZero();
        return Json.MAPPER.readTree(result.out());
    }

    private static Result run(String... arguments) {
        return controlled.run(arguments);
    }

    private static Result runWith(String input, String... arguments) {
        return controlled.runWith(input, arguments);
    }
}
