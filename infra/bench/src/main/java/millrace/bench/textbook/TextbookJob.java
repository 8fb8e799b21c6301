package millrace.bench.textbook;

import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.ORDERS;
import static millrace.events.Channels.PAGE_VIEWS;
import static millrace.events.Channels.REVENUE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import millrace.events.Channel;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.Json;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderLine;
import millrace.events.PageViews;
import millrace.events.Revenue;
import millrace.events.SourcedEvent;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Page views, sessions and revenue as the manual of Kafka Streams writes them. Repeats count again, an event later than the
 * grace is dropped, and a replay can have another result.
 *
 * <pre>
 * clicks ─┬─▶ by page: windows of a minute ─▶ page views
 *         └─▶ by visitor: session windows ──▶ visits
 * orders ───▶ by country and currency: windows of a minute ─▶ revenue
 * </pre>
 */
public final class TextbookJob {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SESSION_GAP = Duration.ofMinutes(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private TextbookJob() {}

    /** @param arguments a file with properties of Kafka Streams, and with those of the job that begin with "job." */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var properties = new Properties();
        try (var file = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(file);
        }
        var ended = new CountDownLatch(1);
        var streams = new KafkaStreams(topology(properties), properties);
        streams.setStateListener((now, before) -> {
            if (now == State.ERROR || now == State.NOT_RUNNING) {
                ended.countDown();
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(STOP_TIMEOUT), "stop"));
        streams.start();
        ended.await();
        System.exit(streams.state() == State.ERROR ? 1 : 0);
    }

    static Topology topology(Properties properties) {
        var grace = Duration.parse(properties.getProperty("job.allowed-lateness"));
        var builder = new StreamsBuilder();

        var clicks = builder.stream(properties.getProperty("job.clicks"), byEventTime(CLICKS));
        clicks.filter((visitor, click) -> click instanceof PageViewed)
                .map((visitor, click) -> KeyValue.pair(((PageViewed) click).path(), visitor))
                .groupByKey(Grouped.with("by-page", Serdes.String(), Serdes.String()))
                .windowedBy(TimeWindows.ofSizeAndGrace(MINUTE, grace))
                .count(Materialized.as("page-views"))
                .toStream()
                .map(TextbookJob::pageViews)
                .to(properties.getProperty("job.page-views"), Produced.with(PAGE_VIEWS.key(), PAGE_VIEWS.value()));

        clicks.groupByKey()
                .windowedBy(SessionWindows.ofInactivityGapAndGrace(SESSION_GAP, grace))
                .aggregate(
                        () -> Session.EMPTY,
                        (visitor, click, session) -> session.with(click),
                        (visitor, one, other) -> one.with(other),
                        Materialized.<String, Session, SessionStore<Bytes, byte[]>>as("sessions")
                                .withValueSerde(Session.SERDE))
                .toStream()
                .selectKey((visitor, session) -> visitor.window().startTime() + "|" + visitor.key())
                .to(properties.getProperty("job.visits"), Produced.with(Serdes.String(), Session.SERDE));

        KStream<String, OrderAccepted> accepted = builder.stream(
                        properties.getProperty("job.orders"), byEventTime(ORDERS))
                .filter((id, order) -> order instanceof OrderAccepted)
                .mapValues(OrderAccepted.class::cast);
        accepted.map((id, order) -> KeyValue.pair(order.country() + "|" + order.currency(), Takings.of(order)))
                .groupByKey(Grouped.with("by-country", Serdes.String(), Takings.SERDE))
                .windowedBy(TimeWindows.ofSizeAndGrace(MINUTE, grace))
                .reduce(
                        Takings::with,
                        Materialized.<String, Takings, WindowStore<Bytes, byte[]>>as("revenue")
                                .withValueSerde(Takings.SERDE))
                .toStream()
                .map(TextbookJob::revenue)
                .to(properties.getProperty("job.revenue"), Produced.with(REVENUE.key(), REVENUE.value()));
        return builder.build();
    }

    private static <V extends SourcedEvent> Consumed<String, V> byEventTime(Channel<String, V> channel) {
        return Consumed.with(channel.key(), channel.value())
                .withTimestampExtractor((record, before) ->
                        ((SourcedEvent) record.value()).timestamp().toEpochMilli());
    }

    private static KeyValue<String, PageViews> pageViews(Windowed<String> page, long views) {
        var start = page.window().startTime();
        var row = new PageViews(start, page.window().endTime(), page.key(), views, 0, false);
        return KeyValue.pair(start + "|" + page.key(), row);
    }

    private static KeyValue<String, Revenue> revenue(Windowed<String> place, Takings takings) {
        var start = place.window().startTime();
        var names = place.key().split("\\|");
        var row = new Revenue(
                start,
                place.window().endTime(),
                names[0],
                names[1],
                takings.orders(),
                takings.units(),
                takings.minor(),
                0,
                0,
                false);
        return KeyValue.pair(start + "|" + place.key(), row);
    }

    /**
     * Clicks of a session; its times are those of its window.
     *
     * @param actions clicks that are no page views
     * @param entry path of the first page; {@code exit} of the last one; {@code null} where there was none
     */
    record Session(long views, long actions, String entry, String exit) {
        static final Session EMPTY = new Session(0, 0, null, null);
        static final Serde<Session> SERDE = Json.serde(Session.class);

        Session with(Object click) {
            return click instanceof PageViewed view
                    ? with(new Session(1, 0, view.path(), view.path()))
                    : with(new Session(0, 1, null, null));
        }

        Session with(Session later) {
            return new Session(
                    views + later.views,
                    actions + later.actions,
                    entry == null ? later.entry : entry,
                    later.exit == null ? exit : later.exit);
        }
    }

    /** Orders of a country and currency: their number, units and total in the currency's minor unit. */
    record Takings(long orders, long units, long minor) {
        static final Serde<Takings> SERDE = Json.serde(Takings.class);

        static Takings of(OrderAccepted order) {
            var units = order.lines().stream().mapToLong(OrderLine::quantity).sum();
            return new Takings(1, units, order.totalMinor());
        }

        Takings with(Takings more) {
            return new Takings(orders + more.orders, units + more.units, minor + more.minor);
        }
    }
}
