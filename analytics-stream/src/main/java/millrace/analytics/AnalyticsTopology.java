package millrace.analytics;

import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.ORDERS;
import static millrace.events.Channels.TRANSACTIONS;

import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Pace;
import millrace.analytics.stream.Timely;
import millrace.analytics.stream.Topics;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;

/**
 * The whole job.
 *
 * <pre>
 * clicks ──▶ timely clicks ─┬─▶ page views  ─▶ page-views-per-minute
 *                │          ├─▶ trending    ─▶ trending-products
 *                │          ├─▶ visits      ─▶ visits, funnel-per-hour, abandoned-carts, order-attribution
 *                ▼          │     ▲
 *           late-events     │  orders of visitors ◀── transactions, timely orders
 *                ▲          ▼
 * orders ──▶ timely orders ─┬─▶ top products ─▶ top-products
 *                           └─▶ revenue      ─▶ revenue-per-minute
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
        var pace = new Pace(config.replayRate());
        var transactions = topics.read(builder, TRANSACTIONS, pace);
        var clicks = Timely.judge(topics, CLICKS, topics.read(builder, CLICKS, pace), config);
        var orders = Timely.judge(topics, ORDERS, topics.read(builder, ORDERS, pace), config);

        PageViewsTopology.add(topics, clicks, config);
        TrendingTopology.add(topics, clicks, config);
        TopProductsTopology.add(topics, clicks, orders, config);
        RevenueTopology.add(topics, orders, config);
        var ordersOfVisitors = OrdersOfVisitorsTopology.add(transactions, orders, config);
        VisitsTopology.add(topics, clicks, ordersOfVisitors, config);

        return builder.build();
    }
}
