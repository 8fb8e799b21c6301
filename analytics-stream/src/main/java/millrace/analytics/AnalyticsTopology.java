package millrace.analytics;

import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.ORDERS;

import millrace.events.ClickEvent.PageViewed;
import millrace.events.OrderEvent;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Named;

/**
 * The whole job.
 *
 * <pre>
 *                             ┌─▶ page views    ─▶ page-views-per-minute
 * clicks ─▶ timely clicks ────┤
 *               │             └─▶ visits        ─▶ visits
 *               ▼
 *           late-events
 *               ▲
 *               │             ┌─▶ revenue       ─▶ revenue-per-minute
 * orders ─▶ timely orders ────┤
 *                             └─▶ top products  ─▶ top-products
 * </pre>
 *
 * Each event is judged once, at its source partition: a repeat is dropped, a late one set apart. What is behind that
 * judgement counts everything it gets. Every record keeps the time at which the edge accepted it; windows go by the
 * event's own time, which is part of the key.
 */
final class AnalyticsTopology {
    private AnalyticsTopology() {}

    static Topology build(Topics topics, AnalyticsConfig config) {
        var builder = new StreamsBuilder();

        var clicks = Timely.judge(topics, CLICKS, topics.read(builder, CLICKS), config);
        var views = clicks.filter((visitor, click) -> click instanceof PageViewed, Named.as("page-views-only"))
                .mapValues(click -> (PageViewed) click, Named.as("as-page-views"));
        PageViewsTopology.add(topics, views, config);
        VisitsTopology.add(topics, views, config);

        var orders = Timely.judge(topics, ORDERS, topics.read(builder, ORDERS), config);
        RevenueTopology.add(topics, orders, config);
        var accepted = orders.filter(
                        (order, event) -> event instanceof OrderEvent.OrderAccepted, Named.as("accepted-orders-only"))
                .mapValues(event -> (OrderEvent.OrderAccepted) event, Named.as("as-accepted-orders"));
        TopProductsTopology.add(topics, accepted, config);

        return builder.build();
    }
}
