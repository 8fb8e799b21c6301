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

/** What kills do to the counts where the platform grants no transactions; docs/decisions.md says it in words. */
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
        var clicksAtRisk = 0L;
        var ordersAtRisk = 0L;
        for (var round = 0; round < KILLS; round++) {
            var victim = pair.kill(round);
            clicksAtRisk += UncommittedEvents.of(pair.channel, Channels.CLICKS);
            ordersAtRisk += UncommittedEvents.of(pair.channel, Channels.ORDERS);
            pair.restart(victim);
        }
        pair.awaitTold();

        assertCounts(clicksAtRisk, ordersAtRisk);
        assertVisits(clicksAtRisk + ordersAtRisk);
        assertThat(pair.channel.records(Channels.LATE_EVENTS.name())).isEmpty();
        assertThat(pair.channel.records(Channels.ANALYTICS_DLQ.name())).isEmpty();
    }

    /** Missing is what was taken for a repeat. To count twice takes a kill within a flush, which hits one at most. */
    private void assertCounts(long clicksAtRisk, long ordersAtRisk) {
        var counts = pair.recount();
        var views = effect(Channels.PAGE_VIEWS, counts.pageViews(), PageViews::views);
        assertThat(views.missing()).as("views: " + views).isLessThanOrEqualTo(clicksAtRisk);
        assertThat(views.excess()).as("views: " + views).isLessThanOrEqualTo(step(Channels.CLICKS));
        var orders = effect(Channels.REVENUE, counts.revenue(), Revenue::orders);
        assertThat(orders.missing()).as("orders: " + orders).isLessThanOrEqualTo(ordersAtRisk);
        assertThat(orders.excess()).as("orders: " + orders).isLessThanOrEqualTo(step(Channels.ORDERS));
    }

    /** An event concerns one visit. Without it there may be another one, or two. */
    private void assertVisits(long atRisk) {
        var visits = pair.revisits();
        assertThat(CountDeviation.wrong(pair.channel.fold(Channels.VISITS), visits.visits()))
                .isLessThanOrEqualTo(ROWS * atRisk);
        assertThat(CountDeviation.wrong(pair.channel.fold(Channels.ORDER_ATTRIBUTION), visits.attribution()))
                .isLessThanOrEqualTo(ROWS * atRisk);
        var funnel = effect(Channels.FUNNEL, visits.funnel(), Funnel::visits);
        assertThat(funnel.missing() + funnel.excess()).as("funnel: " + funnel).isLessThanOrEqualTo(ROWS * atRisk);
    }

    private long step(Channel<?, ?> channel) {
        return OffsetCommits.longest(pair.platform, "analytics", channel.name());
    }

    private <V> CountDeviation effect(Channel<String, V> of, Map<String, V> truth, ToLongFunction<V> count) {
        return CountDeviation.of(pair.channel.fold(of), truth, count);
    }
}
