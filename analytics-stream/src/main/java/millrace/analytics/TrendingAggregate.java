package millrace.analytics;

import java.time.Duration;
import java.util.List;
import millrace.analytics.engine.Count;
import millrace.analytics.engine.TwoPhaseAggregate;
import millrace.analytics.engine.Window;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;

/**
 * Counts the views of each product in each quarter of an hour, for products that are viewed far more often than in the day
 * before. One partition holds all quarters of a product, so it can compare them.
 */
final class TrendingAggregate {
    /** Views. */
    static final TwoPhaseAggregate SPEC =
            TwoPhaseAggregate.of("trending", 'Q', 1, Duration.ofMinutes(15)).at(Window::rest);

    private TrendingAggregate() {}

    static List<Count> counts(ClickEvent click) {
        return click instanceof ActionTracked action
                        && action.event().equals("Product Viewed")
                        && action.properties() != null
                        && action.properties().productId() != null
                ? List.of(Count.of(
                        Window.key(
                                Window.quarter(action.timestamp()),
                                action.properties().productId()),
                        action.source(),
                        1))
                : List.of();
    }
}
