package millrace.analytics;

import com.dynatrace.hash4j.hashing.Hashing;
import java.time.Duration;
import java.util.List;
import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.Count;
import millrace.analytics.engine.TwoPhaseAggregate;
import millrace.analytics.engine.Window;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.PageViews;

/** Counts the views and the distinct visitors of each page in each minute. */
final class PageViewsAggregate {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    static final TwoPhaseAggregate SPEC =
            TwoPhaseAggregate.of("page-views", 'P', 1, MINUTE).andDistinct();

    private PageViewsAggregate() {}

    static List<Count> counts(ClickEvent click) {
        if (!(click instanceof PageViewed view)) {
            return List.of();
        }
        var key = Window.key(Window.minute(view.timestamp()), view.path());
        var visitor = Hashing.xxh3_64().hashCharsToLong(view.visitor());
        return List.of(new Count(key, view.source(), new long[] {1}, visitor, false));
    }

    static PageViews row(String key, Aggregate sum) {
        var start = Window.start(key);
        var views = sum.count(0);
        var visitors = Math.min(views, sum.count(1)); // An estimate may be 5 % too high.
        return new PageViews(start, start.plus(MINUTE), Window.rest(key), views, visitors, sum.settled());
    }
}
