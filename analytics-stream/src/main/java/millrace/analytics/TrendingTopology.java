package millrace.analytics;

import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.TRENDING_PRODUCTS;

import java.time.Duration;
import java.util.List;
import millrace.analytics.product.TrendDetector;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Topics;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Aggregates;
import millrace.analytics.tally.Count;
import millrace.analytics.tally.Tally;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/**
 * Finds products that are viewed far more often than in the day before. One partition holds all quarters of an hour of a
 * product, so it can compare them.
 *
 * <pre>clicks ─▶ products viewed ─▶ tally by quarter of an hour and product ─▶ compare ─▶ trending-products</pre>
 */
final class TrendingTopology {
    /** Views. */
    static final Tally TALLY = Tally.of("trending", 1, Duration.ofMinutes(15)).at(Window::rest);

    private TrendingTopology() {}

    static void add(Topics topics, Aggregates aggregates, KStream<String, ClickEvent> clicks, AnalyticsConfig config) {
        var views = clicks.flatMapValues(TrendingTopology::views, Named.as("trending-views"));
        var compare = Named.as("trending-compare");
        aggregates.add(
                TALLY,
                sums -> topics.write(sums.process(TrendDetector.supplier(config), compare), TRENDING_PRODUCTS),
                new Aggregates.Source(CLICKS, views));
    }

    private static List<Count> views(ClickEvent click) {
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
