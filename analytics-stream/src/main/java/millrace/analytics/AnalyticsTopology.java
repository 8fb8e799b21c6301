package millrace.analytics;

import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.ORDERS;
import static millrace.events.Channels.TRANSACTIONS;

import java.time.Duration;
import java.util.Optional;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Reckoning;
import millrace.analytics.stream.Reckoning.Judgement;
import millrace.analytics.stream.Timely;
import millrace.analytics.stream.Topics;
import millrace.analytics.tally.Aggregates;
import millrace.events.RateLimit;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;

/**
 * The topology of the whole job.
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
 * Lateness and duplicates are decided once, at the source partition: a duplicate is dropped, a late event goes to {@code
 * late-events}. Every later step counts each event it receives. The number of events by disposition goes to the channel
 * {@code ledger}. The timestamp of a record is the time at which the edge accepted the event; windows go by the event's own
 * time, which is part of the key.
 */
final class AnalyticsTopology {
    private AnalyticsTopology() {}

    static Topology build(Topics topics, AnalyticsConfig config) {
        var builder = new StreamsBuilder();
        var rate = config.replayRate();
        var limit = rate == 0 ? Optional.<RateLimit>empty() : Optional.of(new RateLimit(rate, Duration.ZERO));
        var transactions = topics.read(builder, TRANSACTIONS, limit);
        Reckoning.add(topics, TRANSACTIONS, transactions, event -> Judgement.COUNTED);
        var clicks = Timely.judge(topics, CLICKS, topics.read(builder, CLICKS, limit), config);
        var orders = Timely.judge(topics, ORDERS, topics.read(builder, ORDERS, limit), config);

        var aggregates = new Aggregates(config);
        PageViewsTopology.add(topics, aggregates, clicks);
        TrendingTopology.add(topics, aggregates, clicks, config);
        TopProductsTopology.add(topics, aggregates, clicks, orders, config);
        RevenueTopology.add(topics, aggregates, orders);
        var ordersOfVisitors = OrdersOfVisitorsTopology.add(transactions, orders, config);
        VisitsTopology.add(topics, aggregates, clicks, ordersOfVisitors, config);
        aggregates.connect();

        return builder.build();
    }
}
