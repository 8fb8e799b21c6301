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
import java.util.logging.Level;
import java.util.logging.Logger;
import millrace.analytics.stream.Topics;
import millrace.analytics.stream.Window;
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
 * The same logs are read twice: as they came, all partitions at once, and again one partition after the other, the one
 * that is furthest in time first.
 */
@Tag("platform")
class ReplayTest {
    private static final List<Channel<String, ?>> AGGREGATES = List.of(
            PAGE_VIEWS, VISITS, FUNNEL, REVENUE, TOP_PRODUCTS, TRENDING_PRODUCTS, ABANDONED_CARTS, ORDER_ATTRIBUTION);
    private static final int SLICES = 5;
    /** Each event that the textbook drops would be a line. */
    private static final Logger DROPS = Logger.getLogger("org.apache.kafka.streams.kstream.internals");

    private static Platform platform;

    private final Logs logs = new Logs();

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
    void a_replay_ends_as_live_did() throws Exception {
        try (var live = new RealJob(platform, "live", ReplayTest::shipped, CLICKS, TRANSACTIONS, ORDERS);
                var replay = new RealJob(platform, "replay", ReplayTest::shipped, CLICKS, TRANSACTIONS, ORDERS)) {
            write(live, replay);

            RealJob.awaitRest(live, replay);
            AGGREGATES.forEach(channel -> assertSame(channel, live, replay));
            assertThat(late(replay)).isNotEmpty().containsExactlyInAnyOrderElementsOf(late(live));
            assertThat(live.records(ANALYTICS_DLQ)).isEmpty();
            assertThat(replay.records(ANALYTICS_DLQ)).isEmpty();
        }
    }

    /** What the test above would find: a window's grace goes by the clock of whoever was read first. */
    @Test
    @Tag("long")
    void windows_behind_a_repartition_end_otherwise() throws Exception {
        try (var live = new RealJob(platform, "textbook-live", ReplayTest::textbook, CLICKS);
                var replay = new RealJob(platform, "textbook-replay", ReplayTest::textbook, CLICKS)) {
            write(live, replay);

            RealJob.awaitRest(live, replay);
            assertThat(replay.fold(PAGE_VIEWS)).isNotEmpty().isNotEqualTo(live.fold(PAGE_VIEWS));
        }
    }

    private static Topology shipped(Topics topics) {
        return AnalyticsTopology.build(topics, new Job.Config());
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
                .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), new Job.Config().grace()))
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

    /** Beside each other, for each waits for its job again and again. */
    private void write(RealJob live, RealJob replay) {
        // Kafka's clients find their own classes through the thread.
        var loader = Thread.currentThread().getContextClassLoader();
        var other = CompletableFuture.runAsync(() -> {
            Thread.currentThread().setContextClassLoader(loader);
            oneAfterTheOther(replay);
        });
        asItCame(live);
        other.join();
    }

    private void asItCame(RealJob job) {
        for (var slice = 0; slice < SLICES; slice++) {
            for (var partition : logs.clicks) {
                job.write(CLICKS, slice(partition, slice), ClickEvent::visitor);
                job.awaitProcessed();
            }
            job.write(ORDERS, slice(logs.orders, slice), OrderEvent::orderId);
            job.write(TRANSACTIONS, slice(logs.transactions, slice), TransactionEvent::orderId);
        }
    }

    private void oneAfterTheOther(RealJob job) {
        job.write(TRANSACTIONS, logs.transactions, TransactionEvent::orderId);
        job.write(ORDERS, logs.orders, OrderEvent::orderId);
        job.awaitProcessed();
        for (var partition : logs.clicks.reversed()) {
            job.write(CLICKS, partition, ClickEvent::visitor);
            job.awaitProcessed();
        }
    }

    private static <T> List<T> slice(List<T> log, int number) {
        return log.subList(log.size() * number / SLICES, log.size() * (number + 1) / SLICES);
    }

    private static <V> void assertSame(Channel<String, V> channel, RealJob live, RealJob replay) {
        assertThat(replay.fold(channel))
                .as(channel.name())
                .isNotEmpty()
                .containsExactlyInAnyOrderEntriesOf(live.fold(channel));
    }

    private static List<EventCameLate> late(RealJob job) {
        return job.records(LATE_EVENTS).stream().map(record -> record.value()).toList();
    }
}
