package millrace.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

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

    private final Shape shape;
    private final Instant begin;
    private final Random random = new Random(SEED);
    private final ZipfDistribution pages;
    private final ZipfDistribution products = new ZipfDistribution(PRODUCTS);
    private final ClickVisit[] visits;
    private int number;

    /**
     * Size of the generated traffic.
     *
     * @param perSecond events per second of event time
     */
    record Shape(int visitors, int pages, int perSecond) {
        static final int DEFAULT_PER_SECOND = 1_000;

        /** Returns the event time that this number of events spans. */
        Duration span(int events) {
            return Duration.ofNanos(events * 1_000_000_000L / perSecond);
        }

        String text() {
            return "%,d visitors, %,d pages, %,d events a second of event time".formatted(visitors, pages, perSecond);
        }
    }

    /** @param begin timestamp of the first event */
    ClickGenerator(Shape shape, Instant begin) {
        this.shape = shape;
        this.begin = begin;
        this.pages = new ZipfDistribution(shape.pages());
        this.visits = new ClickVisit[Math.clamp(shape.perSecond() * SECONDS_BETWEEN, 1, 1 + shape.visitors() / 2)];
    }

    SampleClick next() {
        var visit = visit(random.nextInt(visits.length));
        var time = begin.plus(shape.span(number++));
        var id = new UUID(random.nextLong(), random.nextLong()).toString();
        var kind = random.nextInt(100);
        return kind < PAGES
                ? visit.view(pages.pick(random), id, time)
                : visit.track(action(kind), products.pick(random), id, time);
    }

    private static String action(int kind) {
        if (kind < VIEWED) {
            return "Product Viewed";
        }
        return kind < ADDED ? "Product Added" : "Checkout Started";
    }

    /** Returns the visit in this slot; a random eighth of the calls starts a new one. */
    private ClickVisit visit(int place) {
        if (visits[place] == null || random.nextInt(EVENTS_OF_A_VISIT) == 0) {
            visits[place] = new ClickVisit(random.nextInt(shape.visitors()), random);
        }
        return visits[place];
    }
}
