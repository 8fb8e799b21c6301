package millrace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.events.Catalogue;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationResources;
import millrace.generation.Rebuildable;
import millrace.replay.GenerationTopics.MissingResource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations of a consumer that has topics of its own and no schema, on a real broker. */
@Tag("platform")
@Tag("long")
class ConsumerGenerationsTest {
    private static ReplayTestPlatform testPlatform;

    private final PlatformConnection platform = testPlatform.platform();

    @BeforeAll
    static void start(@TempDir Path home) {
        testPlatform = ReplayTestPlatform.start(home);
    }

    @AfterAll
    static void stop() {
        testPlatform.close();
    }

    @Test
    void a_generation_exists_while_its_topics_exist() throws Exception {
        var generations = generations(platform);
        assertThat(generations.exists(3)).isFalse();

        generations.createResources(3);

        assertThat(generations.exists(3)).isTrue();
        writeAsApplication("visits-g3");
        assertThat(generations.bytes(3)).isPositive();

        generations.drop(3);

        assertThat(generations.exists(3)).isFalse();
        assertThat(testPlatform.context().topics().missing(Catalogue.entriesOfGeneration("analytics-stream", 3)))
                .contains("visits-g3", "analytics-g3-events-changelog");
    }

    @Test
    void where_topics_cannot_be_created_the_commands_that_create_them_are_listed() {
        generations(platform).createResources(2);
        var elsewhere = generations(new PlatformConnection(
                platform.vars(), platform.settings(), Optional.empty(), platform.root(), platform.home()));

        assertThat(elsewhere.missingResources(2)).isEmpty();
        assertThat(elsewhere.missingResources(4))
                .extracting(MissingResource::command)
                .contains(
                        "heroku kafka:topics:create visits-g4 --partitions 3 --retention-time 7d --compaction",
                        "heroku kafka:topics:create abandoned-carts-g4 --partitions 3 --compaction");
    }

    private void writeAsApplication(String channel) throws Exception {
        Map<String, Object> client = new HashMap<>(platform.settings().kafka());
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(platform.prefixed(channel), new byte[1], new byte[1]))
                    .get();
        }
    }

    private static ConsumerGenerations generations(PlatformConnection platform) {
        return new ConsumerGenerations(
                platform,
                "analytics",
                new TopicsOnly(),
                testPlatform.context().offsets(),
                new GenerationTopics(platform));
    }

    /** A port of which nothing but the names is asked. */
    private static final class TopicsOnly implements Rebuildable {
        @Override
        public GenerationResources resources(int generation, int rate, Map<String, String> inputs) {
            return new GenerationResources(
                    "analytics-g" + generation, List.of("clicks"), null, "analytics-stream", Map.of(), 0);
        }

        @Override
        public void create(int generation) {
            // Its topics are all that it has.
        }

        @Override
        public GenerationComparison compare(int live, int shadow) {
            throw new AssertionError("nothing is compared");
        }

        @Override
        public boolean fenced(int old, int successor) {
            throw new AssertionError("nothing is fenced");
        }

        @Override
        public String fence(int old, int successor) {
            throw new AssertionError("nothing is fenced");
        }
    }
}
