package millrace.analytics;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.junit.jupiter.api.Test;

/** Names of a generation's topics: a shadow shares nothing with the live generation but its input. */
class GenerationTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");
    private static final Topics SHADOW = new Topics("", 2, true, Map.of());

    @Test
    void the_topics_of_a_generation_are_those_beside_the_catalogue() {
        var made = nodes(SHADOW).flatMap(node -> made(node, "analytics-g2-")).collect(toCollection(TreeSet::new));
        made.add("analytics-dlq-g2");
        assertThat(made.remove("ledger"))
                .as("its key says whose counts they are")
                .isTrue();

        assertThat(made)
                .containsExactlyElementsOf(Catalogue.entriesOfGeneration("analytics-stream", 2).stream()
                        .map(Catalogue.Entry::name)
                        .sorted()
                        .toList());
    }

    @Test
    void a_live_generation_publishes_effects_and_a_shadow_writes_its_own_topic() {
        assertThat(written(Topics.of(""))).contains("abandoned-carts", "visits");
        assertThat(written(SHADOW)).contains("abandoned-carts-g2", "visits-g2").doesNotContain("abandoned-carts");
        assertThat(written(new Topics("", 2, false, Map.of())))
                .contains("abandoned-carts", "visits-g2")
                .doesNotContain("abandoned-carts-g2");
        assertThat(written(new Topics("", 1, true, Map.of()))).contains("abandoned-carts-g1", "visits");
    }

    @Test
    void a_channel_can_be_read_from_another_topic() {
        assertThat(read(SHADOW)).contains("clicks", "orders", "transactions");
        assertThat(read(new Topics("", 2, true, Map.of("clicks", "clicks-g2"))))
                .contains("clicks-g2", "orders", "transactions")
                .doesNotContain("clicks");
    }

    @Test
    void group_state_and_dead_letters_are_those_of_the_generation() throws Exception {
        var live = settings(Map.of());
        var shadow = settings(Map.of("millrace.generation.suffix", "-g2"));

        assertThat(group(live)).isEqualTo("mill.analytics");
        assertThat(group(shadow)).isEqualTo("mill.analytics-g2"); // Kafka Streams names its state directory after it.
        assertThat(shadow.getValue("kafka-streams.errors.dead.letter.queue.topic.name", String.class))
                .isEqualTo("mill.analytics-dlq-g2");
        assertThat(settings(Map.of("analytics.input.clicks", "clicks-g2"))
                        .getValue("quarkus.kafka-streams.topics", String.class))
                .isEqualTo("mill.clicks-g2,mill.transactions,mill.orders");
    }

    @Test
    void no_row_of_a_shadow_expires() {
        try (var job = new TopologyHarness(new Topics(TopologyHarness.PREFIX, 2, true, Map.of()))) {
            job.view("ann", "/", NOON);
            job.pass(Duration.ofSeconds(1));

            job.pass(Duration.ofDays(31));
            job.acceptedLater(Duration.ofDays(31), () -> job.view("ann", "/", NOON.plusSeconds(60)));
            job.expire();

            assertThat(job.rows(AggregateProcessor.STORE, PageViewsAggregate.SPEC.rows()))
                    .containsKey("2015-05-17T12:00:00Z|/");
        }
    }

    private static Stream<Node> nodes(Topics topics) {
        return AnalyticsTopology.build(topics, new TopologyHarness.Config()).describe().subtopologies().stream()
                .flatMap(part -> part.nodes().stream());
    }

    private static Stream<String> made(Node node, String application) {
        if (node instanceof Processor processor) {
            return processor.stores().stream().map(store -> application + store + "-changelog");
        }
        return node instanceof Sink sink
                ? Stream.of(sink.topic().endsWith("-repartition") ? application + sink.topic() : sink.topic())
                : Stream.of();
    }

    private static Stream<String> written(Topics topics) {
        return nodes(topics).flatMap(node -> node instanceof Sink sink ? Stream.of(sink.topic()) : Stream.of());
    }

    private static Set<String> read(Topics topics) {
        return nodes(topics)
                .flatMap(node -> node instanceof Source source ? source.topicSet().stream() : Stream.of())
                .collect(toCollection(TreeSet::new));
    }

    private static String group(SmallRyeConfig settings) {
        return settings.getValue("quarkus.kafka-streams.application-id", String.class);
    }

    private static SmallRyeConfig settings(Map<String, String> more) throws IOException {
        var shipped = GenerationTest.class.getResource("/application.properties");
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(shipped))
                .withSources(new PropertiesConfigSource(more, "generation", 400))
                .withDefaultValue("kafka.prefix", "mill.")
                .build();
    }
}
