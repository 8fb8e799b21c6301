package millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Generates the clicks of a shop: many concurrent visits of about 8 events, over pages and products with
 * Zipf-distributed popularity. Every run generates identical events but for their timestamps.
 */
final class ClickGenerator {
    private static final long SEED = 20_240_501;
    private static final int PRODUCTS = 500;
    private static final int EVENTS_OF_A_VISIT = 8;
    /** Average seconds between two events of a visit. */
    private static final int SECONDS_BETWEEN = 20;
    /** Cumulative percentages of the kinds of events; the rest begins a checkout. */
    private static final int PAGES = 60;

    private static final int VIEWED = PAGES + 28;
    private static final int ADDED = VIEWED + 8;

    private static final String SOURCE = "bench";
    private static final String SHOP = "https://shop.test";
    private static final String TRACEPARENT = "00-%s-00f067aa0ba902b7-01";
    private static final int CAMPAIGN_EVERY = 5;
    private static final Duration NETWORK_TIME = Duration.ofMillis(40);
    private static final List<String> BROWSERS = List.of(
            "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.5) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Android 15; Mobile) Gecko/140.0 Firefox/140.0");
    private static final List<String> CAMPAIGNS =
            List.of(campaign("spring", "newsletter", "email"), campaign("brand", "search", "cpc"));

    private final Shape shape;
    private final Instant begin;
    private final Random random = new Random(SEED);
    private final double[] pages;
    private final double[] products = zipf(PRODUCTS);
    private final Browsing[] visits;
    private int number;

    /**
     * Size of the generated traffic.
     *
     * @param perSecond events per second of event time
     */
    record Shape(int visitors, int pages, int perSecond) {
        static final Shape USUAL = new Shape(50_000, 300, 1_000);

        /** Returns the event time that this number of events spans. */
        Duration span(int events) {
            return Duration.ofNanos(events * 1_000_000_000L / perSecond);
        }

        String text() {
            return "%,d visitors, %,d pages, %,d events a second of event time".formatted(visitors, pages, perSecond);
        }
    }

    /**
     * A click as the edge writes it to the channel {@code clicks}.
     *
     * @param type message type of the Segment specification
     * @param json the whole message
     */
    record Click(String visitor, String id, String type, Instant timestamp, String json) {
        ProducerRecord<String, byte[]> toRecord(String topic) {
            var headers = CloudEvents.headers(id, "clicks." + type, SOURCE, timestamp);
            CloudEvents.add(headers, CloudEvents.TRACEPARENT, TRACEPARENT.formatted(id.replace("-", "")));
            return new ProducerRecord<>(topic, null, visitor, json.getBytes(UTF_8), headers);
        }
    }

    /** @param begin timestamp of the first event */
    ClickGenerator(Shape shape, Instant begin) {
        this.shape = shape;
        this.begin = begin;
        this.pages = zipf(shape.pages());
        this.visits = new Browsing[Math.clamp(shape.perSecond() * SECONDS_BETWEEN, 1, 1 + shape.visitors() / 2)];
    }

    /** Returns clicks whose last timestamp is just before the call. */
    static Stream<ProducerRecord<String, byte[]>> backlog(Shape shape, int count, Platform platform) {
        var end = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var generator = new ClickGenerator(shape, end.minus(shape.span(count)));
        var topic = platform.topic(Channels.CLICKS.name());
        return Stream.generate(() -> generator.next().toRecord(topic)).limit(count);
    }

    Click next() {
        var visit = visit(random.nextInt(visits.length));
        var time = begin.plus(shape.span(number++));
        var id = new UUID(random.nextLong(), random.nextLong()).toString();
        var kind = random.nextInt(100);
        return kind < PAGES ? visit.view(pick(pages), id, time) : visit.track(action(kind), pick(products), id, time);
    }

    private static String action(int kind) {
        if (kind < VIEWED) {
            return "Product Viewed";
        }
        return kind < ADDED ? "Product Added" : "Checkout Started";
    }

    /** Returns the visit in this slot; a random eighth of the calls starts a new one. */
    private Browsing visit(int place) {
        if (visits[place] == null || random.nextInt(EVENTS_OF_A_VISIT) == 0) {
            visits[place] = new Browsing(random.nextInt(shape.visitors()), random);
        }
        return visits[place];
    }

    /** Returns the cumulative weights of Zipf's law: the n-th index is picked 1/n times as often as the first. */
    static double[] zipf(int size) {
        var upTo = new double[size];
        var sum = 0.0;
        for (var i = 0; i < size; i++) {
            sum += 1.0 / (i + 1);
            upTo[i] = sum;
        }
        return upTo;
    }

    private int pick(double[] upTo) {
        var at = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
        return Math.min(at < 0 ? -at - 1 : at + 1, upTo.length - 1);
    }

    private static String campaign(String name, String source, String medium) {
        return ",\"campaign\":{\"name\":\"%s\",\"source\":\"%s\",\"medium\":\"%s\"}".formatted(name, source, medium);
    }

    /** A visit of one visitor with one browser, possibly from a campaign. */
    private static final class Browsing {
        private final String visitor;
        /** JSON of the context after its page object. */
        private final String browser;

        private String referrer = "";
        private String path = "/";

        private Browsing(int visitor, Random random) {
            this.visitor = "v-" + visitor;
            var campaign = random.nextInt(CAMPAIGN_EVERY) == 0 ? pick(CAMPAIGNS, random) : "";
            this.browser = ",\"userAgent\":\"" + pick(BROWSERS, random) + "\"" + campaign;
        }

        private static String pick(List<String> texts, Random random) {
            return texts.get(random.nextInt(texts.size()));
        }

        private Click view(int page, String id, Instant time) {
            referrer = SHOP + path;
            path = "/p/" + page;
            return click("page", "", "\"path\":\"" + path + "\"", id, time);
        }

        /** @param action name in the Segment ecommerce specification */
        private Click track(String action, int product, String id, Instant time) {
            var properties = "\"product_id\":\"SKU-" + product + "\",\"name\":\"Mug " + product + "\",\"price\":"
                    + (product % 90 + 5) + ".5,\"quantity\":1";
            return click("track", "\"event\":\"" + action + "\",", properties, id, time);
        }

        private Click click(String type, String event, String properties, String id, Instant time) {
            var json = "{\"type\":\"" + type + "\",\"messageId\":\"" + id + "\",\"source\":\"" + SOURCE
                    + "\",\"anonymousId\":\"" + visitor + "\",\"timestamp\":\"" + time + "\",\"receivedAt\":\""
                    + time.plus(NETWORK_TIME) + "\"," + event + "\"properties\":{" + properties
                    + "},\"context\":{\"page\":{\"path\":\"" + path + "\",\"url\":\"" + SHOP + path
                    + "\",\"title\":\"Shop\",\"referrer\":\"" + referrer + "\"}" + browser + "}}";
            return new Click(visitor, id, type, time, json);
        }
    }
}
