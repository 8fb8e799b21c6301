package millrace.console.feed;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import millrace.console.call.Access;

/** What one stream listens to. One thread takes from it. */
public final class Subscription implements AutoCloseable {
    private final List<SampledFeed> feeds;
    private final Access access;
    private final Map<SampledFeed, Long> taken = new LinkedHashMap<>();
    private final Semaphore changed = new Semaphore(0);

    Subscription(List<SampledFeed> feeds, Access access) {
        this.feeds = feeds;
        this.access = access;
        feeds.forEach(feed -> feed.add(this));
    }

    /**
     * Waits for new values, and returns the last one of each feed that has one, as JSON: values that came between are
     * skipped.
     *
     * @return empty where there was none within the time
     */
    public Map<String, String> take(Duration within) throws InterruptedException {
        var values = news();
        if (values.isEmpty() && changed.tryAcquire(within.toMillis(), TimeUnit.MILLISECONDS)) {
            changed.drainPermits();
            values = news();
        }
        return values;
    }

    @Override
    public void close() {
        feeds.forEach(feed -> feed.remove(this));
    }

    Access access() {
        return access;
    }

    void wake() {
        changed.release();
    }

    private Map<String, String> news() {
        var news = new LinkedHashMap<String, String>();
        for (var feed : feeds) {
            var value = feed.value();
            if (!value.json().isEmpty() && value.version() != taken.getOrDefault(feed, 0L)) {
                taken.put(feed, value.version());
                news.put(feed.name(), value.json());
            }
        }
        return news;
    }
}
