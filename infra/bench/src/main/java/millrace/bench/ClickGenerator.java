package millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import millrace.events.CloudEvents;
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

    private static final String PAGE = "page";
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
    /** JSON of a context after its page, by campaign (the last: none) and browser; all visits share them. */
    private static final List<List<String>> CONTEXTS = Stream.concat(CAMPAIGNS.stream(), Stream.of(""))
            .map(campaign -> BROWSERS.stream()
                    .map(browser -> ",\"userAgent\":\"" + browser + "\"" + campaign)
                    .toList())
            .toList();

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
        /** A million visits at a time. */
        static final Shape WIDE = new Shape(2_000_000, 300, 50_000);

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
        boolean isPageView() {
            return type.equals(PAGE);
        }

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

    /** @param behind how late the click is */
    Click next(Duration behind) {
        var visit = visit(random.nextInt(visits.length));
        var time = begin.plus(shape.span(number++)).minus(behind);
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

    /** A visit of one visitor with one browser, possibly from a campaign. There may be a million of them. */
    private static final class Browsing {
        private final int visitor;
        private final String browser;
        /** Page that is shown, and the one before; -1 for the home page, -2 for none. */
        private int page = -1;

        private int before = -2;

        private Browsing(int visitor, Random random) {
            this.visitor = visitor;
            this.browser = CONTEXTS.get(
                            random.nextInt(CAMPAIGN_EVERY) == 0 ? random.nextInt(CAMPAIGNS.size()) : CAMPAIGNS.size())
                    .get(random.nextInt(BROWSERS.size()));
        }

        private Click view(int next, String id, Instant time) {
            before = page;
            page = next;
            return click(PAGE, "", "\"path\":\"" + path(page) + "\"", id, time);
        }

        private static String path(int page) {
            return page < 0 ? "/" : "/p/" + page;
        }

        /** @param action name in the Segment ecommerce specification */
        private Click track(String action, int product, String id, Instant time) {
            var properties = "\"product_id\":\"SKU-" + product + "\",\"name\":\"Mug " + product + "\",\"price\":"
                    + (product % 90 + 5) + ".5,\"quantity\":1";
            return click("track", "\"event\":\"" + action + "\",", properties, id, time);
        }

        private Click click(String type, String event, String properties, String id, Instant time) {
            var name = "v-" + visitor;
            var referrer = before == -2 ? "" : SHOP + path(before);
            var json = "{\"type\":\"" + type + "\",\"messageId\":\"" + id + "\",\"source\":\"" + SOURCE
                    + "\",\"anonymousId\":\"" + name + "\",\"timestamp\":\"" + time + "\",\"receivedAt\":\""
                    + time.plus(NETWORK_TIME) + "\"," + event + "\"properties\":{" + properties
                    + "},\"context\":{\"page\":{\"path\":\"" + path(page) + "\",\"url\":\"" + SHOP + path(page)
                    + "\",\"title\":\"Shop\",\"referrer\":\"" + referrer + "\"}" + browser + "}}";
            return new Click(name, id, type, time, json);
        }
    }
}
