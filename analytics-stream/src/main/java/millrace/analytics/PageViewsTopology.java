package millrace.analytics;

import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.PAGE_VIEWS;

import com.dynatrace.hash4j.hashing.Hashing;
import java.time.Duration;
import java.util.List;
import millrace.analytics.stream.Topics;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Aggregates;
import millrace.analytics.tally.Change;
import millrace.analytics.tally.Count;
import millrace.analytics.tally.Sum;
import millrace.analytics.tally.Tally;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.PageViews;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/**
 * Counts the views and the distinct visitors of each page in each minute.
 *
 * <pre>clicks ─▶ page views ─▶ tally by minute and page ─▶ page-views-per-minute</pre>
 */
final class PageViewsTopology {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    static final Tally TALLY = Tally.of("page-views", 1, MINUTE).andDistinct();

    private PageViewsTopology() {}

    static void add(Topics topics, Aggregates aggregates, KStream<String, ClickEvent> clicks) {
        var counts = clicks.flatMapValues(PageViewsTopology::counts, Named.as("page-views-counts"));
        aggregates.add(TALLY, sums -> topics.write(rows(sums), PAGE_VIEWS), new Aggregates.Source(CLICKS, counts));
    }

    private static List<Count> counts(ClickEvent click) {
        if (!(click instanceof PageViewed view)) {
            return List.of();
        }
        var key = Window.key(Window.minute(view.timestamp()), view.path());
        var visitor = Hashing.xxh3_64().hashCharsToLong(view.visitor());
        return List.of(new Count(key, view.source(), new long[] {1}, visitor, false));
    }

    private static KStream<String, PageViews> rows(KStream<String, Change> sums) {
        return sums.mapValues((key, change) -> row(key, change.after()), Named.as("page-views-rows"));
    }

    static PageViews row(String key, Sum sum) {
        var start = Window.start(key);
        var views = sum.count(0);
        var visitors = Math.min(views, sum.count(1)); // An estimate may be 5 % too high.
        return new PageViews(start, start.plus(MINUTE), Window.rest(key), views, visitors, sum.settled());
    }
}
