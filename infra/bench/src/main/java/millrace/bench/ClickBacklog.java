package millrace.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import millrace.bench.ClickGenerator.Click;
import millrace.bench.ClickGenerator.Shape;
import millrace.events.Channels;
import millrace.local.EmbeddedPlatform;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Clicks and orders that wait for a job, and the number of page views among them. The last timestamp is just before the
 * creation of this object.
 */
final class ClickBacklog {
    private static final long SEED = 20_240_502;
    /** A repeat comes at most so many clicks later. */
    private static final int REPEATED_WITHIN = 1_000;

    private final UnaryOperator<String> topics;
    private final Extras extras;
    private final Duration late;
    private final ClickGenerator generator;
    private final Random random = new Random(SEED);
    private final Click[] recent = new Click[REPEATED_WITHIN];
    private final int lateFrom;
    private int clicks;
    private long views;
    private long repeatedViews;
    private long lateViews;

    /**
     * Shares of the clicks.
     *
     * @param repeats clicks that are written a second time
     * @param late clicks that are twice as late as allowed, after the first tenth of the backlog
     * @param orders number of orders, in relation to the clicks
     */
    record Extras(double repeats, double late, double orders) {
        static final Extras NONE = new Extras(0, 0, 0);
    }

    /**
     * @param count clicks that will be written in all
     * @param topics name of the topic of a channel
     */
    ClickBacklog(Shape shape, Extras extras, Duration grace, int count, UnaryOperator<String> topics) {
        var end = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        this.topics = topics;
        this.extras = extras;
        this.late = grace.multipliedBy(2);
        this.generator = new ClickGenerator(shape, end.minus(shape.span(count)));
        this.lateFrom = count / 10;
    }

    static ClickBacklog usual(int count, EmbeddedPlatform platform) {
        return new ClickBacklog(Shape.USUAL, Extras.NONE, Duration.ZERO, count, platform::topic);
    }

    /** Returns the clicks so far, with repeats and late ones. */
    int clicks() {
        return clicks;
    }

    /** Returns the page views so far that are neither repeats nor late. */
    long views() {
        return views;
    }

    long repeatedViews() {
        return repeatedViews;
    }

    long lateViews() {
        return lateViews;
    }

    /** Returns the records of the next clicks; orders come in addition to them. */
    Stream<ProducerRecord<String, byte[]>> next(int count) {
        return Stream.generate(this::next).limit(count).flatMap(click -> {
            var record = click.toRecord(topics.apply(Channels.CLICKS.name()));
            return random.nextDouble() < extras.orders()
                    ? Stream.concat(Stream.of(record), order(click))
                    : Stream.of(record);
        });
    }

    private Click next() {
        var place = clicks++ % REPEATED_WITHIN;
        if (recent[place] != null && random.nextDouble() < extras.repeats()) {
            repeatedViews += recent[place].isPageView() ? 1 : 0;
            return recent[place];
        }
        var isLate = clicks > lateFrom && random.nextDouble() < extras.late();
        var click = generator.next(isLate ? late : Duration.ZERO);
        if (click.isPageView()) {
            lateViews += isLate ? 1 : 0;
            views += isLate ? 0 : 1;
        }
        recent[place] = click;
        return click;
    }

    /** Returns an order of the click's visitor and its acceptance. */
    private Stream<ProducerRecord<String, byte[]>> order(Click click) {
        var placed = SampleOrder.of(click.id(), null, click.visitor(), click.timestamp());
        return Stream.of(
                SampleOrder.toRecord(topics.apply(Channels.TRANSACTIONS.name()), placed),
                SampleOrder.toRecord(topics.apply(Channels.ORDERS.name()), SampleOrder.accepted(placed)));
    }
}
