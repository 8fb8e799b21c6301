package millrace.analytics;

import java.time.Duration;
import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.TwoPhaseAggregate;
import millrace.analytics.engine.Window;
import millrace.events.Funnel;

/** Counts the visits of each hour and campaign by the step that they have reached. A visit may still move: rows never settle. */
final class FunnelAggregate {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Visits, products, carts, checkouts, orders. */
    static final TwoPhaseAggregate SPEC = TwoPhaseAggregate.of("funnel", 'F', 5, null);

    private FunnelAggregate() {}

    static Funnel row(String key, Aggregate sum) {
        var start = Window.start(key);
        return Funnel.of(
                start,
                start.plus(HOUR),
                Window.rest(key),
                sum.count(0),
                sum.count(1),
                sum.count(2),
                sum.count(3),
                sum.count(4));
    }
}
