package millrace.console.feed;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import millrace.console.call.Access;

/**
 * The feeds of all views. A feed is sampled while a stream listens to it, once for all of them; a stream gets its last
 * value, and gets it again only when it has changed.
 */
public final class Feeds {
    /** Of a value as JSON; a larger one is an error of the view. */
    static final int LARGEST_VALUE = 512 * 1024;

    /** Takes a sample, which is written as JSON. It may wait for other services, within limits of its own. */
    @FunctionalInterface
    public interface Sampler {
        /** @param access of one of the sessions that listen */
        Object sample(Access access) throws InterruptedException;
    }

    private final Map<String, SampledFeed> feeds = new LinkedHashMap<>();

    /** Adds a feed. All are added before the server starts. */
    public Feeds add(String name, Duration every, Sampler sampler) {
        feeds.put(name, new SampledFeed(name, every, sampler));
        return this;
    }

    public Set<String> names() {
        return feeds.keySet();
    }

    /** Begins to listen. The caller closes it. */
    public Subscription subscribe(Collection<String> names, Access access) {
        return new Subscription(names.stream().map(feeds::get).toList(), access);
    }
}
