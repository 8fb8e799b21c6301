package millrace.analytics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MINUTES;
import static millrace.events.Channels.ANALYTICS_DLQ;
import static millrace.events.Channels.PAGE_VIEWS;
import static millrace.events.Channels.REVENUE;
import static millrace.events.Channels.TOP_PRODUCTS;
import static millrace.events.Channels.VISITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.UnknownFormatException;
import millrace.analytics.query.QueryableTable;
import millrace.analytics.session.Sessionizer;
import millrace.events.Catalogue;
import millrace.events.OrderLine;
import millrace.events.PageViews;
import millrace.events.Revenue;
import millrace.events.TopProducts;
import millrace.events.TopProducts.Product;
import millrace.events.Visit;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnalyticsTopologyTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");

    private final TopologyHarness job = new TopologyHarness();

    @AfterEach
    void close() {
        job.close();
    }

    @Test
    void views_of_a_page_are_counted_by_minute() {
        job.view("ann", "/cart", NOON);
        job.view("bob", "/cart", NOON.plusSeconds(59));
        job.view("bob", "/cart", NOON.plusSeconds(60));

        assertThat(job.channel(PAGE_VIEWS))
                .containsOnly(
                        Map.entry(
                                "2015-05-17T12:00:00Z|/cart",
                                new PageViews(NOON, NOON.plus(1, MINUTES), "/cart", 2, 2, false)),
                        Map.entry(
                                "2015-05-17T12:01:00Z|/cart",
                                new PageViews(NOON.plus(1, MINUTES), NOON.plus(2, MINUTES), "/cart", 1, 1, false)));
    }

    @Test
    void revenue_and_refunds_are_summed_by_minute_country_and_currency() {
        job.accept("o1", "France", NOON, new OrderLine("a", null, 2, 150));
        job.accept("o2", "France", NOON.plusSeconds(1), new OrderLine("b", null, 1, 0));
        job.accept("o3", null, NOON, new OrderLine("a", null, 1, 99));
        job.refund("o1", "France", 150, NOON.plusSeconds(59));

        assertThat(job.channel(REVENUE))
                .containsEntry(
                        "2015-05-17T12:00:00Z|France|GBP",
                        new Revenue(NOON, NOON.plus(1, MINUTES), "France", "GBP", 2, 3, 300, 1, 150, false))
                .containsEntry(
                        "2015-05-17T12:00:00Z|unknown|GBP",
                        new Revenue(NOON, NOON.plus(1, MINUTES), "unknown", "GBP", 1, 1, 99, 0, 0, false));
    }

    @Test
    void products_are_ranked_by_units_within_the_hour_and_ties_by_id() {
        job.accept("o1", "France", NOON, new OrderLine("a", null, 3, 1), new OrderLine("c", null, 1, 1));
        job.accept("o2", "France", NOON.plusSeconds(9), new OrderLine("b", null, 3, 1));
        job.accept("o3", "France", NOON.plusSeconds(9), new OrderLine("c", null, 3, 1), new OrderLine("c", null, 1, 1));

        assertThat(job.channel(TOP_PRODUCTS))
                .containsEntry(
                        "2015-05-17T12:00:00Z",
                        new TopProducts(
                                NOON,
                                NOON.plus(1, HOURS),
                                List.of(),
                                List.of(),
                                List.of(new Product("c", 5), new Product("a", 3)),
                                false));
    }

    @Test
    void a_record_that_is_no_event_is_dead_lettered_and_the_next_one_counts() {
        job.bytesOnClicks("ann", "{".getBytes(UTF_8));
        job.bytesOnClicks("ann", "{\"type\":\"page\",\"messageId\":\"m1\",\"source\":\"shop\"}".getBytes(UTF_8));
        job.view("ann", "/", NOON);

        assertThat(job.records(ANALYTICS_DLQ)).hasSize(2).first().isEqualTo("{".getBytes(UTF_8));
        assertThat(views("2015-05-17T12:00:00Z|/")).isEqualTo(1);
    }

    @Test
    void a_record_that_fails_in_a_step_is_dead_lettered_with_its_origin_and_the_next_one_counts() {
        job.track("ann", null, "a", NOON);
        job.view("ann", "/", NOON);

        var letter = job.headers(ANALYTICS_DLQ);
        assertThat(letter)
                .containsEntry("__streams.errors.topic", TopologyHarness.PREFIX + "clicks")
                .containsEntry("__streams.errors.partition", "0")
                .containsEntry("__streams.errors.offset", "0")
                .containsKeys("__streams.errors.exception", "__streams.errors.message");
        assertThat(views("2015-05-17T12:00:00Z|/")).isEqualTo(1);
    }

    @Test
    void a_row_that_was_not_changed_for_long_expires() {
        job.view("ann", "/", NOON);
        job.pass(Duration.ofSeconds(1));
        assertThat(job.channel(PAGE_VIEWS)).hasSize(1);
        assertThat(pageViews()).containsKey("2015-05-17T12:00:00Z|/");

        job.pass(Duration.ofDays(31));
        job.acceptedLater(Duration.ofDays(31), () -> job.view("ann", "/", NOON.plusSeconds(60)));
        job.expire();

        assertThat(pageViews()).doesNotContainKey("2015-05-17T12:00:00Z|/");
        assertThat(job.channel(PAGE_VIEWS)).doesNotContainValue(null).hasSize(1);
    }

    @Test
    void a_page_has_no_more_visitors_than_views() {
        for (var page = 0; page < 20; page++) {
            for (var visitor = 0; visitor < 60; visitor++) {
                job.view("v" + page + "-" + visitor, "/p" + page, NOON);
            }
        }

        assertThat(job.channel(PAGE_VIEWS).values())
                .hasSize(20)
                .allSatisfy(row -> assertThat(row.visitors()).isLessThanOrEqualTo(row.views()));
    }

    @Test
    void a_record_of_another_release_on_an_internal_topic_stops_the_job() {
        var internal = job.driver.createInputTopic(
                TopologyHarness.PREFIX + "analytics-partials-repartition",
                new StringSerializer(),
                new ByteArraySerializer());

        assertThatThrownBy(() -> internal.pipeInput("2015-05-17T12:00:00Z|/", new byte[] {0, 0, 0, 0, 0, 0, 0}))
                .isInstanceOf(StreamsException.class)
                .hasRootCauseInstanceOf(UnknownFormatException.class);
        assertThat(job.deadLetters()).isEmpty();
    }

    @Test
    void a_sum_beyond_its_range_is_dead_lettered_and_never_wraps() {
        job.accept("o1", "France", NOON, new OrderLine("a", null, 1, Long.MAX_VALUE - 10));
        job.accept("o2", "France", NOON, new OrderLine("a", null, 1, 100));

        assertThat(job.channel(REVENUE).values())
                .extracting(Revenue::revenueMinor)
                .containsExactly(Long.MAX_VALUE - 10);
        assertThat(job.deadLetters()).hasSize(1);
    }

    @Test
    void visits_of_the_same_second_are_in_the_order_of_time() {
        job.view("bob", "/", NOON.plusMillis(500));
        job.view("ann", "/", NOON);
        job.pass(Duration.ofSeconds(1));

        var visitors = job.rows(EventProcessor.STORE, Sessionizer.VISITS).values().stream()
                .map(Visit::visitor)
                .toList();
        assertThat(visitors).containsExactly("ann", "bob");
    }

    @Test
    void every_step_has_a_name() {
        assertThat(AnalyticsTopology.build(Topics.of(""), job.config).describe().toString())
                .doesNotContain("KSTREAM-", "KTABLE-");
    }

    @Test
    void each_partition_of_events_and_of_aggregates_is_one_task() {
        assertThat(AnalyticsTopology.build(Topics.of(""), job.config).describe().subtopologies())
                .hasSize(2);
    }

    @Test
    void the_catalogue_lists_every_internal_topic() {
        var made = new TreeSet<String>();
        AnalyticsTopology.build(Topics.of(""), job.config).describe().subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .forEach(node -> {
                    if (node instanceof Processor processor) {
                        processor.stores().forEach(store -> made.add("analytics-" + store + "-changelog"));
                    } else if (node instanceof Sink sink && sink.topic().endsWith("-repartition")) {
                        made.add("analytics-" + sink.topic());
                    }
                });

        assertThat(made)
                .as("topics of Kafka Streams, which channels.yaml lists in x-internal-topics")
                .containsExactlyElementsOf(Catalogue.entries().stream()
                        .filter(Catalogue.Entry::internal)
                        .map(Catalogue.Entry::name)
                        .sorted()
                        .toList());
    }

    @Test
    void it_reads_the_channels_that_the_catalogue_says() throws IOException {
        var read = AnalyticsTopology.build(Topics.of(""), job.config).describe().subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .filter(Source.class::isInstance)
                .flatMap(source -> ((Source) source).topicSet().stream())
                .filter(topic -> !topic.endsWith("-repartition"));
        var channels = Catalogue.channels().stream()
                .filter(channel -> channel.readers().contains("analytics-stream"))
                .map(Catalogue.Entry::name)
                .toList();
        var settings = Files.readString(Path.of("src/main/resources/application.properties"));

        assertThat(read)
                .as("channels that the topology reads, which have analytics-stream in x-readers")
                .containsExactlyInAnyOrderElementsOf(channels);
        assertThat(channels)
                .allSatisfy(channel -> assertThat(settings)
                        .as("quarkus.kafka-streams.topics, which Quarkus awaits at the start")
                        .contains("${analytics.input." + channel + ":" + channel + "}"));
    }

    @Test
    void every_table_of_a_resource_can_be_queried() throws IOException, ReflectiveOperationException {
        var tables = new ArrayList<QueryableTable<?>>();
        try (var files = Files.list(Path.of("src/main/java/millrace/analytics"))) {
            for (var file : files.filter(file -> file.toString().endsWith("Resource.java"))
                    .toList()) {
                var type = Class.forName(
                        "millrace.analytics." + file.getFileName().toString().replace(".java", ""));
                for (var field : type.getDeclaredFields()) {
                    if (field.getType() == QueryableTable.class) {
                        field.setAccessible(true);
                        tables.add((QueryableTable<?>) field.get(null));
                    }
                }
            }
        }

        assertThat(new Analytics().tables().all())
                .as("tables in Analytics.tables, which an instance asks another for")
                .containsExactlyInAnyOrderElementsOf(tables)
                .isNotEmpty();
    }

    @Test
    void the_refund_of_a_cancellation_counts_as_a_refund() {
        job.accept("o1", "France", NOON, new OrderLine("a", null, 1, 100));
        job.cancel("o1", 100, NOON.plusSeconds(5));

        assertThat(job.channel(REVENUE).values())
                .containsExactly(new Revenue(NOON, NOON.plus(1, MINUTES), "France", "GBP", 1, 1, 100, 1, 100, false));
    }

    @Test
    void an_order_that_is_cancelled_before_it_was_paid_is_no_revenue() {
        job.accept("o1", "France", NOON, new OrderLine("a", null, 1, 100));
        job.accept("o2", "France", NOON, new OrderLine("a", null, 1, 100));
        job.cancel("o1", 0, NOON.plusSeconds(5));
        job.cancel("o2", 0, NOON.plus(1, MINUTES));

        assertThat(job.channel(REVENUE).values())
                .containsExactlyInAnyOrder(
                        new Revenue(NOON, NOON.plus(1, MINUTES), "France", "GBP", 1, 1, 100, 0, 0, false),
                        new Revenue(
                                NOON.plus(1, MINUTES),
                                NOON.plus(2, MINUTES),
                                "France",
                                "GBP",
                                -1,
                                -1,
                                -100,
                                0,
                                0,
                                false));
    }

    @Test
    void a_visitor_of_a_minute_is_counted_once() {
        job.view("ann", "/", NOON);
        job.view("ann", "/", NOON.plusSeconds(1));
        job.view("bob", "/", NOON.plusSeconds(2));

        var row = job.channel(PAGE_VIEWS).get("2015-05-17T12:00:00Z|/");
        assertThat(row.views()).isEqualTo(3);
        assertThat(row.visitors()).isEqualTo(2);
    }

    @Test
    void invalid_properties_are_treated_as_missing() {
        job.bytesOnClicks(
                "ann",
                ("{'type':'track','messageId':'m1','source':'shop','anonymousId':'ann','event':'Product Viewed',"
                                + "'timestamp':'2015-05-17T12:00:00Z','receivedAt':'2026-01-01T00:00:00Z',"
                                + "'properties':{'product_id':{'a':1},'quantity':'many'},'context':{'campaign':7}}")
                        .replace('\'', '"')
                        .getBytes(UTF_8));

        assertThat(job.channel(VISITS)).hasSize(1);
        assertThat(job.records(ANALYTICS_DLQ)).isEmpty();
    }

    private Map<String, Aggregate> pageViews() {
        return job.rows(AggregateProcessor.STORE, PageViewsAggregate.SPEC.rows());
    }

    private long views(String key) {
        return job.channel(PAGE_VIEWS).get(key).views();
    }
}
