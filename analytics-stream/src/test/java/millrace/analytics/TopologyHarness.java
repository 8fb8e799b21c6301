package millrace.analytics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import millrace.analytics.engine.ReadUntil;
import millrace.analytics.engine.StateAccess;
import millrace.analytics.engine.TableQuery;
import millrace.analytics.engine.TableSpec;
import millrace.analytics.engine.WriterFence;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.CloudEvents;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderCancelled;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.test.TestRecord;

/** Runs the shipped topology in a test driver, with one method for each kind of event. */
final class TopologyHarness implements AutoCloseable {
    static final String PREFIX = "test-1.";
    /** State directory of this process alone, so that two builds on one machine do not share it. */
    private static final Path STATE = temporary();

    /** Time at which the edge accepts events: long after most of them happened. */
    static final Instant TODAY = Instant.parse("2026-01-01T00:00:00Z");

    final AnalyticsConfig config;
    final TopologyTestDriver driver;
    private final TestInputTopic<String, ClickEvent> clicks;
    private final TestInputTopic<String, OrderEvent> orders;
    private final TestInputTopic<String, TransactionEvent> transactions;
    private Instant acceptedAt = TODAY;
    private int ids;
    private boolean behind;

    TopologyHarness() {
        this(Topics.of(PREFIX));
    }

    TopologyHarness(Topics topics) {
        config = new Config(topics.shadow());
        var readable =
                new Topics(topics.prefix(), topics.generation(), topics.shadow(), topics.inputs(), this::readUntil);
        var properties = new Properties();
        properties.putAll(Map.of(
                "state.dir",
                STATE.toString(),
                "application.id",
                PREFIX + "analytics",
                "deserialization.exception.handler",
                DeserializationDeadLetters.class,
                "processing.exception.handler",
                ProcessingDeadLetters.class,
                "errors.dead.letter.queue.topic.name",
                PREFIX + "analytics-dlq"));
        driver = new TopologyTestDriver(
                AnalyticsTopology.build(readable, config, settings -> WriterFence.NONE), properties, TODAY);
        clicks = input(Channels.CLICKS);
        orders = input(Channels.ORDERS);
        transactions = input(Channels.TRANSACTIONS);
    }

    void view(String visitor, String page, Instant time) {
        view("m" + ids++, "shop", visitor, page, time);
    }

    void view(String id, String source, String visitor, String page, Instant time) {
        var properties = new ClickEvent.Page(page, null, null, null);
        click(visitor, new PageViewed(id, source, visitor, null, time, TODAY, null, properties, null, null));
    }

    /** @param digest of the event as the sender gave it; {@code null} for a record without one */
    void viewWithDigest(String id, String page, Instant time, String digest) {
        var properties = new ClickEvent.Page(page, null, null, null);
        var view = new PageViewed(id, "shop", "ann", null, time, TODAY, null, properties, null, null);
        var headers = CloudEvents.headers(id, "clicks.page", "shop", time);
        if (digest != null) {
            CloudEvents.add(headers, CloudEvents.DIGEST, digest);
        }
        clicks.pipeInput(new TestRecord<>("ann", view, headers, acceptedAt));
    }

    /** Returns the records that the job could not process, unchanged. */
    List<TestRecord<byte[], byte[]>> deadLetters() {
        return driver.createOutputTopic(
                        PREFIX + "analytics-dlq", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** Views a page with a referrer and a context. */
    void land(String visitor, String page, String referrer, ClickEvent.Context context, Instant time) {
        var properties = new ClickEvent.Page(page, null, referrer, null);
        click(
                visitor,
                new PageViewed("m" + ids++, "shop", visitor, null, time, TODAY, null, properties, context, null));
    }

    /** @param product {@code null} for an action without a product */
    void track(String visitor, String event, String product, Instant time) {
        var action = product == null ? null : new ClickEvent.Action(product, null);
        click(visitor, new ActionTracked("m" + ids++, "shop", visitor, null, time, TODAY, event, action, null));
    }

    void click(String visitor, ClickEvent event) {
        clicks.pipeInput(visitor, event, acceptedAt);
    }

    void place(String order, String visitor, Instant time) {
        var event = new OrderPlaced(
                "t-" + order, "shop", order, null, visitor, "France", "GBP", null, true, List.of(), time, TODAY);
        transactions.pipeInput(order, event, TODAY);
    }

    void order(String order, String visitor, Instant time) {
        place(order, visitor, time);
        accept(order, "France", time, new OrderLine("a", null, 1, 100));
    }

    void accept(String order, String country, Instant time, OrderLine... lines) {
        var total = List.of(lines).stream()
                .mapToLong(line -> line.quantity() * line.unitPriceMinor())
                .sum();
        var event = new OrderAccepted(
                "e" + ids++, order, 1, "t-" + order, "shop", country, "GBP", total, true, List.of(lines), time, TODAY);
        orders.pipeInput(order, event, TODAY);
    }

    void refund(String order, String country, long amount, Instant time) {
        var event = new OrderRefunded("e" + ids++, order, 2, "t", "shop", country, "GBP", amount, false, time, TODAY);
        orders.pipeInput(order, event, TODAY);
    }

    void cancel(String order, long refunded, Instant time) {
        var event = new OrderCancelled(
                "e" + ids++, order, 2, "t", "shop", "France", "GBP", 100, refunded, 1, "late", time, TODAY);
        orders.pipeInput(order, event, TODAY);
    }

    void bytesOnClicks(String key, byte[] value) {
        driver.createInputTopic(PREFIX + "clicks", new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value, TODAY);
    }

    void acceptedLater(Duration by, Runnable what) {
        acceptedAt = TODAY.plus(by);
        what.run();
    }

    /** Advances the wall clock by a minute and a half, in steps: each store is looked through for old rows once in a minute. */
    void expire() {
        for (var step = 0; step < 100; step++) {
            pass(Duration.ofSeconds(1));
        }
    }

    /** From now on the broker has records that the job has not read. */
    void fallBehind() {
        behind = true;
    }

    void catchUp() {
        behind = false;
    }

    private long readUntil(long now) {
        return behind ? ReadUntil.NOT_KNOWN : now;
    }

    /** Advances the wall clock; nothing is read meanwhile. */
    void pass(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** What changes is committed, passed on, added up, committed and passed on. */
    private void settle() {
        for (var second = 0; second < 4; second++) {
            pass(Duration.ofSeconds(1));
        }
    }

    /** Returns the committed rows of a table. */
    <V> Map<String, V> rows(String store, TableSpec<V> table) {
        var rows = new LinkedHashMap<String, V>();
        var answer = driver.getStateStore(store)
                .query(new TableQuery<V>(table.id(), null, null), PositionBound.unbounded(), new QueryConfig(false));
        try (var all = answer.getResult()) {
            all.forEachRemaining(row -> rows.put(row.key, row.value));
        }
        return rows;
    }

    /** Returns the last value of each key of the channel. */
    <V> Map<String, V> channel(Channel<String, V> channel) {
        settle();
        return output(channel).readKeyValuesToMap();
    }

    <V> List<V> records(Channel<String, V> channel) {
        settle();
        return output(channel).readValuesToList();
    }

    /** Returns the number of ids that the job remembers. */
    long remembered() {
        settle();
        return StateAccess.remembered(driver.getStateStore(EventProcessor.STORE));
    }

    /** Returns the visitors of the orders that were joined since the last call. */
    List<String> joinedOrders() {
        settle();
        return driver
                .createOutputTopic(
                        PREFIX + "analytics-orders-of-visitors-repartition",
                        new StringDeserializer(),
                        new ByteArrayDeserializer())
                .readKeyValuesToList()
                .stream()
                .map(order -> order.key)
                .toList();
    }

    /** Returns the headers of the first record of a channel, as text. */
    Map<String, String> headers(Channel<String, ?> channel) {
        settle();
        var headers = new TreeMap<String, String>();
        output(channel)
                .readRecord()
                .headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return headers;
    }

    @Override
    public void close() {
        driver.close();
    }

    private <V> TestInputTopic<String, V> input(Channel<String, V> channel) {
        return driver.createInputTopic(
                PREFIX + channel.name(),
                channel.key().serializer(),
                channel.value().serializer());
    }

    private <V> TestOutputTopic<String, V> output(Channel<String, V> channel) {
        return driver.createOutputTopic(
                PREFIX + channel.name(),
                channel.key().deserializer(),
                channel.value().deserializer());
    }

    record Config(boolean shadow) implements AnalyticsConfig {
        Config() {
            this(false);
        }

        @Override
        public Duration grace() {
            return Duration.ofHours(24);
        }

        @Override
        public Duration keep() {
            return Duration.ofDays(30);
        }

        @Override
        public Duration visitGap() {
            return Duration.ofMinutes(30);
        }

        @Override
        public Duration cartPatience() {
            return Duration.ofMinutes(30);
        }

        @Override
        public int topProducts() {
            return 2;
        }

        @Override
        public Map<String, String> input() {
            return Map.of();
        }

        @Override
        public int replayRate() {
            return 0;
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("analytics-job");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
