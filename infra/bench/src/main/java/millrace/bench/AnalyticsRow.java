package millrace.bench;

import java.time.Duration;
import java.util.Locale;
import millrace.bench.ClickBacklog.Extras;
import millrace.bench.ClickGenerator.Shape;

/** Rows of the table of {@code bin/bench analytics}, each with traffic of its own. */
enum AnalyticsRow {
    /** No repeats, no late events, and too little event time for anything to close or expire. */
    USUAL(300_000, Shape.USUAL),
    /** So much event time that visits close, rows settle, ids are forgotten and state expires: the last two after hours. */
    STEADY(600_000, new Shape(50_000, 300, 10), Extras.NONE, Duration.ofHours(4), Duration.ofHours(8)),
    REPEATS(300_000, Shape.USUAL, new Extras(0.01, 0, 0)),
    LATE(300_000, Shape.USUAL, new Extras(0, 0.001, 0)),
    ORDERS(300_000, Shape.USUAL, new Extras(0, 0, 0.02)),
    /** A million visits at a time: the next click of a visit finds it in no cache. */
    LARGE_STATE(1_000_000, Shape.WIDE),
    ONE_VISITOR(1_000_000, new Shape(1, Shape.USUAL.pages(), Shape.USUAL.perSecond())),
    /** After the backlog the process is killed and loses its disk; another one restores the state and reads more clicks. */
    RESTORE(300_000, Shape.WIDE),
    /** After the backlog the edge receives page views at a constant rate. */
    LATENCY(100_000, Shape.USUAL);

    final int clicks;
    final Shape shape;
    final Extras extras;
    /** Allowed lateness; ids of events are remembered as long. */
    final Duration grace;
    /** Time after which state expires. */
    final Duration keep;

    AnalyticsRow(int clicks, Shape shape) {
        this(clicks, shape, Extras.NONE);
    }

    AnalyticsRow(int clicks, Shape shape, Extras extras) {
        this(clicks, shape, extras, Duration.ofDays(1), Duration.ofDays(30));
    }

    AnalyticsRow(int clicks, Shape shape, Extras extras, Duration grace, Duration keep) {
        this.clicks = clicks;
        this.shape = shape;
        this.extras = extras;
        this.grace = grace;
        this.keep = keep;
    }

    /** Returns the number of clicks that each contender reads after its restart. */
    int clicksAfter() {
        return this == RESTORE ? 10_000 : 0;
    }

    /** Returns the name on the command line and in the table. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
