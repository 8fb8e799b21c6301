package millrace.analytics;

import static millrace.events.Channels.ABANDONED_CARTS;
import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.FUNNEL;
import static millrace.events.Channels.ORDER_ATTRIBUTION;
import static millrace.events.Channels.VISITS;

import java.time.Duration;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Timely;
import millrace.analytics.stream.Topics;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Aggregates;
import millrace.analytics.tally.Change;
import millrace.analytics.tally.Sum;
import millrace.analytics.tally.Tally;
import millrace.analytics.visit.Deed;
import millrace.analytics.visit.FollowVisitors;
import millrace.analytics.visit.Told;
import millrace.events.Channel;
import millrace.events.ClickEvent;
import millrace.events.Funnel;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/**
 * Derives visits, the funnel, abandoned carts and order attribution. All clicks and orders of one visitor are in one
 * partition.
 *
 * <pre>
 * clicks ──────────────┐                       ┌─▶ visits
 *                      ├─▶ follow visitors ────┼─▶ abandoned-carts
 * orders of visitors ──┘                       ├─▶ order-attribution
 *                                              └─▶ tally by hour and campaign ─▶ funnel-per-hour
 * </pre>
 */
final class VisitsTopology {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Visits, products, carts, checkouts, orders. */
    static final Tally FUNNEL_TALLY = Tally.of("funnel", 5, null);

    private VisitsTopology() {}

    static void add(
            Topics topics,
            Aggregates aggregates,
            KStream<String, ClickEvent> clicks,
            KStream<String, Deed.Ordered> orders,
            AnalyticsConfig config) {
        var follow = FollowVisitors.supplier(CLICKS.name(), topics.readUntil(), config);
        var told = clicks.mapValues(click -> (Deed) new Deed.Clicked(click), Named.as("visitors-clicked"))
                .merge(orders.mapValues(order -> (Deed) order, Named.as("visitors-ordered")), Named.as("visitors-did"))
                .process(follow, Named.as("visitors-follow"), Timely.clocks(CLICKS.name()));

        topics.write(
                told.mapValues(change -> ((Told.OfVisit) change).visit(), Named.as(Told.VISITS)),
                new Channel<>(VISITS.name(), VISITS.key(), FollowVisitors.VISIT));
        topics.write(told.mapValues(change -> ((Told.OfCart) change).cart(), Named.as(Told.CARTS)), ABANDONED_CARTS);
        topics.write(
                told.mapValues(change -> ((Told.OfOrder) change).order(), Named.as(Told.ORDERS)), ORDER_ATTRIBUTION);
        var moved = told.mapValues(change -> ((Told.OfFunnel) change).count(), Named.as(Told.FUNNEL));
        aggregates.add(FUNNEL_TALLY, sums -> topics.write(funnel(sums), FUNNEL), new Aggregates.Source(CLICKS, moved));
    }

    private static KStream<String, Funnel> funnel(KStream<String, Change> sums) {
        return sums.mapValues((key, change) -> row(key, change.after()), Named.as("funnel-rows"));
    }

    static Funnel row(String key, Sum sum) {
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
