package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.events.Catalogue;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.replay.CompactedView.RawRecord;
import millrace.replay.GenerationComparison.Difference;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generations of analytics on a real broker; the test writes their topics itself. */
@Tag("platform")
@Tag("long")
class RebuildableAnalyticsTest {
    private static final String CARTS = "abandoned-carts";

    private static Platform local;
    private static Path home;
    private static PlatformConnection platform;

    private final RebuildableAnalytics analytics = new RebuildableAnalytics(platform);

    @BeforeAll
    static void start() throws IOException {
        home = Files.createTempDirectory("analytics-rebuilt");
        local = Platform.start(home.resolve("platform"));
        platform = platform(Optional.of(local.kafkaClient()));
        new RebuildableAnalytics(platform).createResources(2);
    }

    @AfterAll
    static void stop() {
        local.close();
    }

    /** Empties the topics of a test before the next one. */
    @AfterEach
    void empty() {
        var topics = new GenerationTopics(platform);
        for (var generation = 0; generation <= 2; generation++) {
            var entries = (generation == 0
                            ? Catalogue.entries()
                            : Catalogue.entriesOfGeneration("analytics-stream", generation))
                    .stream()
                            .filter(entry -> entry.name().matches("(visits|abandoned-carts)(-g.)?"))
                            .toList();
            topics.remove(entries);
            topics.create(entries, generation);
        }
    }

    @Test
    void a_generation_exists_while_its_topics_exist() {
        assertThat(analytics.exists(3)).isFalse();

        analytics.createResources(3);

        assertThat(analytics.exists(3)).isTrue();
        write("visits-g3", "a", "1"); // With the rights of the application.
        assertThat(analytics.bytes(3)).isPositive();

        analytics.drop(3);

        assertThat(analytics.exists(3)).isFalse();
        assertThat(new GenerationTopics(platform).missing(Catalogue.entriesOfGeneration("analytics-stream", 3)))
                .contains("visits-g3", "analytics-g3-visitors-changelog");
    }

    @Test
    void where_topics_cannot_be_created_the_commands_that_create_them_are_listed() {
        var elsewhere = new RebuildableAnalytics(platform(Optional.empty()));

        assertThat(elsewhere.missingResources(2)).isEmpty();
        assertThat(elsewhere.missingResources(4))
                .extracting(RebuildableConsumer.MissingResource::command)
                .contains(
                        "heroku kafka:topics:create visits-g4 --partitions 3 --retention-time 7d --compaction",
                        "heroku kafka:topics:create abandoned-carts-g4 --partitions 3 --retention-time 7d --compaction");
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

        assertThat(analytics.isFenced(1, 2)).isFalse();
        analytics.fence(1, 2);

        assertThat(records(CARTS))
                .containsExactlyInAnyOrder(
                        "both=1", "corrected=2", "ordered=3", "corrected=4", "new=5", "ordered=null");
        assertThat(analytics.isFenced(1, 2)).isTrue();
        analytics.fence(1, 2);
        assertThat(records(CARTS)).hasSize(6);
    }

    @Test
    void the_shadow_has_caught_up_when_it_has_published_all_effects_of_the_live_one() {
        write(CARTS, "a", "1", "b", "2", "b", null);
        assertThat(analytics.effectsCaughtUp(1, 2)).isFalse();

        write("abandoned-carts-g2", "a", "1", "more", "2");

        var effects = List.of(ChannelPair.of(platform, Catalogue.entry(CARTS), 1, 2));
        assertThat(new EffectsFence(platform).missingInSuccessor(effects)).isZero();
    }

    @Test
    void a_rollback_counts_only_effects_published_since_the_switch() {
        write(CARTS, "old", "1");
        write("abandoned-carts-g2", "old", "1", "between", "1");
        analytics.fence(1, 2);
        write(CARTS, "old", null, "second", "2");

        analytics.createResources(1);
        assertThat(analytics.isFenced(1, 2)).isFalse();
        write("abandoned-carts-g1", "between", "1", "old", null, "second", "2");
        assertThat(analytics.compare(2, 1).isEqual()).isTrue();
        write("abandoned-carts-g1", "third", "3");
        analytics.fence(2, 1);

        assertThat(records(CARTS)).containsExactlyInAnyOrder("old=1", "between=1", "old=null", "second=2", "third=3");
        assertThat(analytics.isFenced(2, 1)).isTrue();
    }

    private static PlatformConnection platform(Optional<Map<String, Object>> administrator) {
        var vars = local.configVars();
        var settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE));
        return new PlatformConnection(vars, settings, administrator, Path.of("."), home);
    }

    /** @param rows keys and values in turn; a key's first letter decides its partition */
    private static void write(String channel, String... rows) {
        for (var at = 0; at < rows.length; at += 2) {
            var value = rows[at + 1] == null ? null : rows[at + 1].getBytes(UTF_8);
            RecordPublisher.publish(
                    platform,
                    platform.prefixed(channel),
                    rows[at].charAt(0) % 3,
                    List.of(new RawRecord(rows[at].getBytes(UTF_8), value)));
        }
    }

    private static List<String> records(String channel) {
        var records = new ArrayList<String>();
        try (var readers = new PartitionReaders(platform)) {
            for (var partition = 0; partition < 3; partition++) {
                var reader = readers.of(new TopicPartition(platform.prefixed(channel), partition));
                reader.readToEnd(record -> records.add(new String(record.key(), UTF_8) + "="
                        + (record.value() == null ? null : new String(record.value(), UTF_8))));
            }
        }
        return records;
    }
}
