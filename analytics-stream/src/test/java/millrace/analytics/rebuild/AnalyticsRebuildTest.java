package millrace.analytics.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationComparison.Difference;
import millrace.generation.PartitionReader;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generations of analytics on a real broker; the test writes their topics itself. */
@Tag("platform")
@Tag("long")
class AnalyticsRebuildTest {
    private static final String CARTS = "abandoned-carts";

    private static Platform local;
    private static Path home;
    private static PaasSettings settings;
    private static Admin admin;

    private final AnalyticsRebuild analytics =
            new AnalyticsRebuild(settings, home.resolve("states"), Duration.ofMillis(10));

    @BeforeAll
    static void start() throws Exception {
        home = Files.createTempDirectory("analytics-rebuilt");
        local = Platform.start(home.resolve("platform"));
        settings = PaasSettings.from(local.configVars(), Set.of(Need.KAFKA));
        admin = Admin.create(local.kafkaClient());
        create(topics(1, 2));
    }

    @AfterAll
    static void stop() {
        admin.close();
        local.close();
    }

    /** Empties the topics of a test before the next one. */
    @AfterEach
    void empty() throws Exception {
        analytics.close();
        var written = Stream.concat(Catalogue.entries().stream(), topics(1, 2).stream())
                .filter(entry -> entry.name().matches("(visits|abandoned-carts)(-g.)?"))
                .toList();
        admin.deleteTopics(written.stream().map(AnalyticsRebuildTest::topic).toList())
                .all()
                .get();
        create(written);
    }

    @Test
    void generations_with_the_same_last_values_are_equal_whatever_came_before() {
        write("visits", "a", "1", "b", "2", "gone", "3", "gone", null);
        write("visits-g2", "b", "0", "a", "1", "b", "2");

        var comparison = analytics.compare(1, 2);

        assertThat(comparison.isEqual()).isTrue();
        assertThat(comparison.digest()).isEqualTo(comparison.shadowDigest()).hasSize(64);
        assertThat(comparison.parts()).contains(new GenerationComparison.Subtotal("visits", 2, 0, 0));
    }

    @Test
    void what_differs_is_named_with_both_values() {
        write("visits", "a", "1", "b", "2", "same", "5");
        write("visits-g2", "a", "1000", "c", "3", "same", "5");

        var comparison = analytics.compare(1, 2);

        assertThat(comparison.differences())
                .containsExactlyInAnyOrder(
                        new Difference("visits", "a", "1", "1000"),
                        new Difference("visits", "b", "2", null),
                        new Difference("visits", "c", null, "3"));
        assertThat(comparison.digest()).isNotEqualTo(comparison.shadowDigest());
    }

    @Test
    void effects_that_only_the_shadow_has_published_are_published_at_the_switch_and_no_others() {
        write(CARTS, "both", "1", "corrected", "2", "ordered", "3");
        write("abandoned-carts-g2", "both", "1", "corrected", "4", "new", "5", "ordered", "3", "ordered", null);

        assertThat(analytics.fenced(1, 2)).isFalse();
        analytics.fence(1, 2);

        assertThat(records(CARTS))
                .containsExactlyInAnyOrder(
                        "both=1", "corrected=2", "ordered=3", "corrected=4", "new=5", "ordered=null");
        assertThat(analytics.fenced(1, 2)).isTrue();
        analytics.fence(1, 2);
        assertThat(records(CARTS)).hasSize(6);
    }

    @Test
    void effects_that_retention_has_taken_from_the_channel_are_not_published_again() {
        var longAgo = Instant.now().minus(Duration.ofDays(8));
        var justNow = Instant.now().minus(Duration.ofDays(6));
        write("abandoned-carts-g2", longAgo, "expired", "1", "expired and ordered", null);
        write("abandoned-carts-g2", justNow, "new", "2");

        var outcome = analytics.fence(1, 2);

        assertThat(records(CARTS)).containsExactly("new=2");
        assertThat(outcome).startsWith("1 abandoned carts were published or withdrawn");
    }

    @Test
    void an_old_effect_whose_value_has_changed_is_corrected_while_the_channel_has_it() {
        write(CARTS, "corrected", "1");
        write("abandoned-carts-g2", Instant.now().minus(Duration.ofDays(8)), "corrected", "2");

        analytics.fence(1, 2);

        assertThat(records(CARTS)).containsExactly("corrected=1", "corrected=2");
    }

    @Test
    void the_shadow_has_caught_up_when_it_has_published_all_effects_of_the_live_one() {
        write(CARTS, "a", "1", "b", "2", "b", null);
        assertThat(analytics.caughtUp(1, 2, true)).isFalse();

        write("abandoned-carts-g2", "a", "1", "more", "2");

        assertThat(analytics.caughtUp(1, 2, true)).isTrue();
    }

    @Test
    void a_rollback_counts_only_effects_published_since_the_switch() {
        write(CARTS, "old", "1");
        write("abandoned-carts-g2", "old", "1", "between", "1");
        analytics.fence(1, 2);
        write(CARTS, "old", null, "second", "2");

        analytics.create(1);
        assertThat(analytics.fenced(1, 2)).isFalse();
        write("abandoned-carts-g1", "between", "1", "old", null, "second", "2");
        assertThat(analytics.compare(2, 1).isEqual()).isTrue();
        write("abandoned-carts-g1", "third", "3");
        analytics.fence(2, 1);

        assertThat(records(CARTS)).containsExactlyInAnyOrder("old=1", "between=1", "old=null", "second=2", "third=3");
        assertThat(analytics.fenced(2, 1)).isTrue();
    }

    /** Returns the topics of generations that are not in the catalogue. */
    private static List<Catalogue.Entry> topics(int... generations) {
        return Arrays.stream(generations)
                .boxed()
                .flatMap(generation -> Catalogue.entriesOfGeneration(AnalyticsRebuild.MODULE, generation).stream())
                .toList();
    }

    /** Creates topics with the permissions of their namesakes in the catalogue, as a run does. */
    private static void create(List<Catalogue.Entry> entries) throws Exception {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            var names = admin.listTopics().names().get();
            var missing = entries.stream()
                    .filter(entry -> !names.contains(topic(entry)))
                    .map(entry -> new NewTopic(topic(entry), entry.partitions(), (short) 1)
                            .configs(Map.of("cleanup.policy", "compact")))
                    .toList();
            admin.createTopics(missing).all().get();
            return missing.isEmpty();
        });
        var permissions = admin.describeAcls(AclBindingFilter.ANY).values().get();
        admin.createAcls(entries.stream()
                        .flatMap(entry -> permissions.stream()
                                .filter(binding -> binding.pattern().name().equals(namesake(entry)))
                                .map(binding -> new AclBinding(
                                        new ResourcePattern(ResourceType.TOPIC, topic(entry), PatternType.LITERAL),
                                        binding.entry())))
                        .toList())
                .all()
                .get();
    }

    private static String namesake(Catalogue.Entry entry) {
        return settings.prefix() + entry.name().replaceFirst("-g[0-9]+(?=-|$)", "");
    }

    private static String topic(Catalogue.Entry entry) {
        return settings.prefix() + entry.name();
    }

    private static void write(String channel, String... rows) {
        write(channel, Instant.now(), rows);
    }

    /** @param rows keys and values in turn; a key's first letter decides its partition */
    private static void write(String channel, Instant at, String... rows) {
        var client = new HashMap<String, Object>(settings.kafka());
        client.put("acks", "all");
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (var row = 0; row < rows.length; row += 2) {
                var value = rows[row + 1] == null ? null : rows[row + 1].getBytes(UTF_8);
                producer.send(new ProducerRecord<>(
                        settings.prefix() + channel,
                        rows[row].charAt(0) % 3,
                        at.toEpochMilli(),
                        rows[row].getBytes(UTF_8),
                        value));
            }
        }
    }

    private static List<String> records(String channel) {
        var records = new ArrayList<String>();
        try (var reader = new PartitionReader(settings.kafka())) {
            for (var number = 0; number < 3; number++) {
                var partition = new TopicPartition(settings.prefix() + channel, number);
                reader.readToEnd(
                        partition,
                        0,
                        record -> records.add(new String(record.key(), UTF_8) + "="
                                + (record.value() == null ? null : new String(record.value(), UTF_8))));
            }
        }
        return records;
    }
}
