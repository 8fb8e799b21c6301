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
import millrace.replay.Comparison.Difference;
import millrace.replay.Fold.Row;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generations of analytics on a real broker; what they write is written here. */
@Tag("platform")
class AnalyticsRebuiltTest {
    private static final String CARTS = "abandoned-carts";

    private static Platform platform;
    private static Path home;
    private static Site site;

    private final AnalyticsRebuilt analytics = new AnalyticsRebuilt(site);

    @BeforeAll
    static void start() throws IOException {
        home = Files.createTempDirectory("analytics-rebuilt");
        platform = Platform.start(home.resolve("platform"));
        site = site(Optional.of(platform.kafkaClient()));
        new AnalyticsRebuilt(site).provide(2);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    /** Nothing of one test is there in the next. */
    @AfterEach
    void empty() {
        var topics = new GenerationTopics(site);
        for (var generation = 0; generation <= 2; generation++) {
            var entries = (generation == 0 ? Catalogue.entries() : Catalogue.beside("analytics-stream", generation))
                    .stream()
                            .filter(entry -> entry.name().matches("(visits|abandoned-carts)(-g.)?"))
                            .toList();
            topics.remove(entries);
            topics.provide(entries, generation);
        }
    }

    @Test
    void a_generation_is_there_when_its_topics_are_and_gone_when_it_is_dropped() {
        assertThat(analytics.exists(3)).isFalse();

        analytics.provide(3);

        assertThat(analytics.exists(3)).isTrue();
        write("visits-g3", "a", "1"); // With the rights of the application.
        assertThat(analytics.bytes(3)).isPositive();

        analytics.drop(3);

        assertThat(analytics.exists(3)).isFalse();
        assertThat(new GenerationTopics(site).missing(Catalogue.beside("analytics-stream", 3)))
                .contains("visits-g3", "analytics-g3-visitors-changelog");
    }

    @Test
    void where_topics_cannot_be_made_the_commands_that_make_them_are_named() {
        var elsewhere = new AnalyticsRebuilt(site(Optional.empty()));

        assertThat(elsewhere.lacks(2)).isEmpty();
        assertThat(elsewhere.lacks(4))
                .extracting(Rebuilt.Lack::command)
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
        assertThat(comparison.parts()).contains(new Comparison.Part("visits", 2, 0, 0));
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
    void what_only_the_shadow_has_said_is_said_at_the_switch_and_nothing_else() {
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
    void the_shadow_is_abreast_when_it_has_said_all_that_the_live_one_has() {
        write(CARTS, "a", "1", "b", "2", "b", null);
        assertThat(analytics.isAbreast(1, 2)).isFalse();

        write("abandoned-carts-g2", "a", "1", "more", "2");

        var effects = List.of(ChannelPair.of(site, Catalogue.entry(CARTS), 1, 2));
        assertThat(new EffectsFence(site).behind(effects)).isZero();
    }

    @Test
    void on_the_way_back_only_what_was_said_since_counts() {
        write(CARTS, "old", "1");
        write("abandoned-carts-g2", "old", "1", "between", "1");
        analytics.fence(1, 2);
        write(CARTS, "old", null, "second", "2");

        analytics.provide(1);
        assertThat(analytics.isFenced(1, 2)).isFalse();
        write("abandoned-carts-g1", "between", "1", "old", null, "second", "2");
        assertThat(analytics.compare(2, 1).isEqual()).isTrue();
        write("abandoned-carts-g1", "third", "3");
        analytics.fence(2, 1);

        assertThat(records(CARTS)).containsExactlyInAnyOrder("old=1", "between=1", "old=null", "second=2", "third=3");
        assertThat(analytics.isFenced(2, 1)).isTrue();
    }

    private static Site site(Optional<Map<String, Object>> administrator) {
        var vars = platform.configVars();
        var settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE));
        return new Site(vars, settings, administrator, Path.of("."), home);
    }

    /** Keys and values by turns, of which a key's first letter says the partition. */
    private static void write(String channel, String... rows) {
        for (var at = 0; at < rows.length; at += 2) {
            var value = rows[at + 1] == null ? null : rows[at + 1].getBytes(UTF_8);
            Publishing.publish(
                    site,
                    site.prefixed(channel),
                    rows[at].charAt(0) % 3,
                    List.of(new Row(rows[at].getBytes(UTF_8), value)));
        }
    }

    private static List<String> records(String channel) {
        var records = new ArrayList<String>();
        try (var readers = new Readers(site)) {
            for (var partition = 0; partition < 3; partition++) {
                var reader = readers.of(new TopicPartition(site.prefixed(channel), partition));
                reader.toTheEnd(record -> records.add(new String(record.key(), UTF_8) + "="
                        + (record.value() == null ? null : new String(record.value(), UTF_8))));
            }
        }
        return records;
    }
}
