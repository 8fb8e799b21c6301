package millrace.analytics;

import static millrace.events.Channels.ABANDONED_CARTS;
import static millrace.events.Channels.ANALYTICS_DLQ;
import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.FUNNEL;
import static millrace.events.Channels.LATE_EVENTS;
import static millrace.events.Channels.ORDERS;
import static millrace.events.Channels.ORDER_ATTRIBUTION;
import static millrace.events.Channels.PAGE_VIEWS;
import static millrace.events.Channels.REVENUE;
import static millrace.events.Channels.TOP_PRODUCTS;
import static millrace.events.Channels.TRANSACTIONS;
import static millrace.events.Channels.TRENDING_PRODUCTS;
import static millrace.events.Channels.VISITS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import millrace.analytics.engine.Window;
import millrace.events.Channel;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.EventCameLate;
import millrace.events.OrderEvent;
import millrace.events.PageViews;
import millrace.events.TransactionEvent;
import millrace.local.Platform;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Processes the same events twice: live, all partitions at once, without Kafka's transactions, and as a replay, one
 * partition after the other, the latest one first, with them. Both have the same result.
 */
@Tag("platform")
class ReplayTest {
    private static final List<Channel<String, ?>> AGGREGATES = List.of(
            PAGE_VIEWS, VISITS, FUNNEL, REVENUE, TOP_PRODUCTS, TRENDING_PRODUCTS, ABANDONED_CARTS, ORDER_ATTRIBUTION);
    private static final int SLICES = 5;
    /** Logger that writes a line for each late event that the textbook topology drops. */
    private static final Logger DROPS = Logger.getLogger("org.apache.kafka.streams.kstream.internals");

    private static Platform platform;

    private final GeneratedEvents events = new GeneratedEvents();

    @BeforeAll
    static void start() throws Exception {
        DROPS.setLevel(Level.SEVERE);
        platform = Platform.start(Files.createTempDirectory("replay-test"));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void a_replay_has_the_same_result_as_live_processing() throws Exception {
        try (var live = job("live", "at_least_once", ReplayTest::shipped, CLICKS, TRANSACTIONS, ORDERS);
                var replay = job("replay", "exactly_once_v2", ReplayTest::shipped, CLICKS, TRANSACTIONS, ORDERS)) {
            write(live, replay);

            KafkaStreamsHarness.awaitIdle(live, replay);
            AGGREGATES.forEach(channel -> assertEqualResults(channel, live, replay));
            assertThat(late(replay)).isNotEmpty().containsExactlyInAnyOrderElementsOf(late(live));
            assertThat(live.records(ANALYTICS_DLQ)).isEmpty();
            assertThat(replay.records(ANALYTICS_DLQ)).isEmpty();
        }
    }

    /**
     * Control experiment: a topology that windows after a repartition has another result in a replay, because its grace
     * period follows the event time of the partition that is read first.
     */
    @Test
    @Tag("long")
    void windows_behind_a_repartition_have_another_result() throws Exception {
        try (var live = job("textbook-live", "exactly_once_v2", ReplayTest::textbook, CLICKS);
                var replay = job("textbook-replay", "exactly_once_v2", ReplayTest::textbook, CLICKS)) {
            write(live, replay);

            KafkaStreamsHarness.awaitIdle(live, replay);
            assertThat(replay.lastValues(PAGE_VIEWS)).isNotEmpty().isNotEqualTo(live.lastValues(PAGE_VIEWS));
        }
    }

    private static Topology shipped(Topics topics) {
        return AnalyticsTopology.build(topics, new TopologyHarness.Config());
    }

    private static Topology textbook(Topics topics) {
        var builder = new StreamsBuilder();
        builder.stream(
                        topics.prefix() + CLICKS.name(),
                        Consumed.with(CLICKS.key(), CLICKS.value())
                                .withTimestampExtractor((record, before) -> ((ClickEvent) record.value())
                                        .timestamp()
                                        .toEpochMilli()))
                .filter((visitor, click) -> click instanceof PageViewed)
                .selectKey((visitor, click) -> ((PageViewed) click).path())
                .repartition(Repartitioned.with(Serdes.String(), CLICKS.value()).withName("by-page"))
                .groupByKey()
                .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), new TopologyHarness.Config().grace()))
                .count()
                .toStream()
                .map((page, count) -> {
                    var window = page.window();
                    var row = new PageViews(window.startTime(), window.endTime(), page.key(), count, 0, false);
                    return new KeyValue<>(Window.key(row.start(), row.page()), row);
                })
                .to(topics.prefix() + PAGE_VIEWS.name(), Produced.with(PAGE_VIEWS.key(), PAGE_VIEWS.value()));
        return builder.build();
    }

    private static KafkaStreamsHarness job(
            String name, String guarantee, Function<Topics, Topology> job, Channel<?, ?>... reads) throws Exception {
        return new KafkaStreamsHarness(platform, name, guarantee, job, reads);
    }

    /** Writes to both jobs concurrently, because each write waits for its job many times. */
    private void write(KafkaStreamsHarness live, KafkaStreamsHarness replay) {
        // Kafka's clients load their classes by the context class loader of the thread.
        var loader = Thread.currentThread().getContextClassLoader();
        var other = CompletableFuture.runAsync(() -> {
            Thread.currentThread().setContextClassLoader(loader);
            writePartitionByPartition(replay);
        });
        writeLive(live);
        other.join();
    }

    private void writeLive(KafkaStreamsHarness job) {
        for (var slice = 0; slice < SLICES; slice++) {
            for (var partition : events.clicks) {
                job.write(CLICKS, slice(partition, slice), ClickEvent::visitor);
                job.awaitProcessed();
            }
            job.write(ORDERS, slice(events.orders, slice), OrderEvent::orderId);
            job.write(TRANSACTIONS, slice(events.transactions, slice), TransactionEvent::orderId);
        }
    }

    private void writePartitionByPartition(KafkaStreamsHarness job) {
        job.write(TRANSACTIONS, events.transactions, TransactionEvent::orderId);
        job.write(ORDERS, events.orders, OrderEvent::orderId);
        job.awaitProcessed();
        for (var partition : events.clicks.reversed()) {
            job.write(CLICKS, partition, ClickEvent::visitor);
            job.awaitProcessed();
        }
    }

    private static <T> List<T> slice(List<T> log, int number) {
        return log.subList(log.size() * number / SLICES, log.size() * (number + 1) / SLICES);
    }

    private static <V> void assertEqualResults(
            Channel<String, V> channel, KafkaStreamsHarness live, KafkaStreamsHarness replay) {
        assertThat(replay.lastValues(channel))
                .as(channel.name())
                .isNotEmpty()
                .containsExactlyInAnyOrderEntriesOf(live.lastValues(channel));
    }

    private static List<EventCameLate> late(KafkaStreamsHarness job) {
        return job.records(LATE_EVENTS).stream().map(record -> record.value()).toList();
    }
}
