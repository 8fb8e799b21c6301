package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.function.ToLongFunction;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.Funnel;
import millrace.events.PageViews;
import millrace.events.Revenue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Effect of kills on the counts if the platform grants no transactions; docs/decisions.md describes it. */
@Tag("platform")
@Tag("long")
@Tag("turn-1")
class AtLeastOnceTest {
    private static final int KILLS = 8;
    private static final int ROWS = 3;

    private AnalyticsPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = new AnalyticsPair(KILLS, Map.of("ANALYTICS_GUARANTEE", "at_least_once"));
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @Test
    void a_kill_miscounts_nothing_but_what_was_not_committed() throws Exception {
        var uncommittedClicks = 0L;
        var uncommittedOrders = 0L;
        for (var round = 0; round < KILLS; round++) {
            var victim = pair.kill(round);
            uncommittedClicks += UncommittedEvents.of(pair.channel, Channels.CLICKS);
            uncommittedOrders += UncommittedEvents.of(pair.channel, Channels.ORDERS);
            pair.restart(victim);
        }
        pair.awaitAllEmitted();

        assertCounts(uncommittedClicks, uncommittedOrders);
        assertVisits(uncommittedClicks + uncommittedOrders);
        assertThat(pair.channel.records(Channels.LATE_EVENTS.name())).isEmpty();
        assertThat(pair.channel.records(Channels.ANALYTICS_DLQ.name())).isEmpty();
    }

    /**
     * Missing events are those that were taken for repeats. An event counts twice only if the kill hits a flush, which
     * affects at most one commit.
     */
    private void assertCounts(long uncommittedClicks, long uncommittedOrders) {
        var counts = pair.referenceAggregates();
        var views = deviation(Channels.PAGE_VIEWS, counts.pageViews(), PageViews::views);
        assertThat(views.missing()).as("views: " + views).isLessThanOrEqualTo(uncommittedClicks);
        assertThat(views.excess()).as("views: " + views).isLessThanOrEqualTo(step(Channels.CLICKS));
        var orders = deviation(Channels.REVENUE, counts.revenue(), Revenue::orders);
        assertThat(orders.missing()).as("orders: " + orders).isLessThanOrEqualTo(uncommittedOrders);
        assertThat(orders.excess()).as("orders: " + orders).isLessThanOrEqualTo(step(Channels.ORDERS));
    }

    /** An event belongs to one visit. Without the event there may be a different visit, or two. */
    private void assertVisits(long uncommitted) {
        var visits = pair.referenceVisits();
        assertThat(CountDeviation.differingRows(pair.channel.latestByKey(Channels.VISITS), visits.visits()))
                .isLessThanOrEqualTo(ROWS * uncommitted);
        assertThat(CountDeviation.differingRows(
                        pair.channel.latestByKey(Channels.ORDER_ATTRIBUTION), visits.attribution()))
                .isLessThanOrEqualTo(ROWS * uncommitted);
        var funnel = deviation(Channels.FUNNEL, visits.funnel(), Funnel::visits);
        assertThat(funnel.missing() + funnel.excess()).as("funnel: " + funnel).isLessThanOrEqualTo(ROWS * uncommitted);
    }

    private long step(Channel<?, ?> channel) {
        return OffsetCommits.largest(pair.platform, "analytics", channel.name());
    }

    private <V> CountDeviation deviation(Channel<String, V> of, Map<String, V> expected, ToLongFunction<V> count) {
        return CountDeviation.of(pair.channel.latestByKey(of), expected, count);
    }
}
