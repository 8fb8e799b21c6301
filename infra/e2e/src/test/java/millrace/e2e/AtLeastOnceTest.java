package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import millrace.events.Channels;
import millrace.events.Funnel;
import millrace.events.PageViews;
import millrace.events.Revenue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a crash does to the counts where the platform grants no transactions: docs/decisions.md says it in words. */
class AtLeastOnceTest {
    private static final int KILLS = 8;

    private AnalyticsPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = new AnalyticsPair(
                KILLS, Map.of("ANALYTICS_GUARANTEE", System.getProperty("guarantee", "at_least_once")));
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @Test
    void a_kill_miscounts_no_more_than_what_was_not_committed() throws Exception {
        for (var round = 0; round < KILLS; round++) {
            pair.restart(pair.kill(round));
        }
        pair.channel.awaitQuiet();
        var counts = pair.recount();
        var visits = pair.revisits();
        System.out.println("COMMITS clicks " + Commits.mostAtOnce(pair.platform, "analytics", "clicks"));
        System.out.println("COMMITS orders " + Commits.mostAtOnce(pair.platform, "analytics", "orders"));
        var views = pair.channel.fold(Channels.PAGE_VIEWS);
        System.out.println("VIEWS " + Effect.of(views, counts.pageViews(), PageViews::views) + " wrong "
                + Effect.wrong(views, counts.pageViews()) + " of " + views.size());
        var revenue = pair.channel.fold(Channels.REVENUE);
        System.out.println("REVENUE " + Effect.of(revenue, counts.revenue(), Revenue::orders) + " wrong "
                + Effect.wrong(revenue, counts.revenue()) + " of " + revenue.size());
        var v = pair.channel.fold(Channels.VISITS);
        System.out.println("VISITS " + Effect.of(v, visits.visits(), x -> 1) + " wrong "
                + Effect.wrong(v, visits.visits()) + " of " + v.size());
        System.out.println("VISITS by visitor "
                + Effect.of(v, visits.visits(), k -> k.substring(k.lastIndexOf('|')), x -> x.views() + x.actions()));
        var f = pair.channel.fold(Channels.FUNNEL);
        System.out.println("FUNNEL visits" + Effect.of(f, visits.funnel(), Funnel::visits) + " wrong "
                + Effect.wrong(f, visits.funnel()) + " of " + f.size());
        var o = pair.channel.fold(Channels.ORDER_ATTRIBUTION);
        System.out.println("ATTR " + Effect.of(o, visits.attribution(), x -> 1) + " wrong "
                + Effect.wrong(o, visits.attribution()) + " of " + o.size());
        var t = pair.channel.fold(Channels.TOP_PRODUCTS);
        System.out.println("TOP wrong " + Effect.wrong(t, counts.topProducts()) + " of " + t.size());
        counts.topProducts().forEach((k, row) -> {
            if (t.get(k) == null || row.settled() != t.get(k).settled())
                System.out.println("TOP settled " + k + " truth " + row.settled());
        });
        counts.pageViews().forEach((k, row) -> {
            if (views.get(k) != null && row.settled() != views.get(k).settled())
                System.out.println("VIEWS settled " + k + " truth " + row);
        });
        assertThat(pair.channel.records(Channels.LATE_EVENTS.name())).isEmpty();
        assertThat(pair.channel.records(Channels.ANALYTICS_DLQ.name())).isEmpty();
    }
}
