package millrace.console.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.events.Json;
import millrace.local.StartException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One feed: its last value, and the one thread that samples it while somebody listens. A sample that is being taken when the
 * last listener leaves is taken to its end, which its sampler limits.
 */
final class SampledFeed {
    private static final Logger LOG = LoggerFactory.getLogger(SampledFeed.class);

    private final String name;
    private final Duration every;
    private final Feeds.Sampler sampler;
    private final List<Subscription> listeners = new ArrayList<>();
    private Thread sampling;
    private String json = "";
    private long version;

    SampledFeed(String name, Duration every, Feeds.Sampler sampler) {
        this.name = name;
        this.every = every;
        this.sampler = sampler;
    }

    /** The last value as JSON, and how many there were before it; version 0 is none. */
    record Value(String json, long version) {}

    String name() {
        return name;
    }

    synchronized Value value() {
        return new Value(json, version);
    }

    synchronized void add(Subscription listener) {
        listeners.add(listener);
        if (sampling == null || !sampling.isAlive()) {
            sampling = Thread.ofVirtual().name("feed-" + name).start(this::sampleWhileHeard);
        }
    }

    synchronized void remove(Subscription listener) {
        listeners.remove(listener);
        if (listeners.isEmpty()) {
            LockSupport.unpark(sampling);
            json = ""; // Old when somebody listens again.
        }
    }

    private void sampleWhileHeard() {
        try {
            var access = access();
            while (access != null) {
                var began = System.nanoTime();
                publish(sample(access));
                LockSupport.parkNanos(every.toNanos() - (System.nanoTime() - began));
                access = access();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nothing interrupts the thread of a feed", e);
        }
    }

    /** Access of a listener; null if there is none, and this thread is to end. */
    private synchronized Access access() {
        if (listeners.isEmpty()) {
            sampling = null;
            return null;
        }
        return listeners.getFirst().access();
    }

    private String sample(Access access) throws InterruptedException {
        var event = new LinkedHashMap<String, Object>();
        try {
            event.put("value", sampler.sample(access));
            var sample = Json.text(event);
            if (sample.length() <= Feeds.LARGEST_VALUE) {
                return sample;
            }
            event.put("error", "The view has more than " + Feeds.LARGEST_VALUE / 1024 + " KiB to show.");
        } catch (ConsoleException | StartException refused) {
            event.put("error", refused.getMessage());
        } catch (RuntimeException fault) {
            // Of whatever kind: the page shows it, and the feed goes on with the next sample.
            LOG.warn("The feed {} failed", name, fault);
            event.put("error", "The console failed at this, and its log says why.");
        }
        event.remove("value");
        return Json.text(event);
    }

    private synchronized void publish(String sample) {
        if (!listeners.isEmpty() && !sample.equals(json)) {
            json = sample;
            version++;
            listeners.forEach(Subscription::wake);
        }
    }
}
