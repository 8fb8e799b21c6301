package millrace.analytics.live;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.access.Problem;

/**
 * Subscriptions to the live channels. One reader serves all of them; it runs while there is at least one subscription.
 */
@ApplicationScoped
class LiveSubscriptions {
    /** Limit of subscriptions of this instance; further ones are refused with 503. */
    static final int MAX_SUBSCRIBERS = 100;

    /**
     * Limit of updates that wait for one subscriber. A slower subscriber gets the event {@code end} and its stream is
     * closed.
     */
    static final int MAX_QUEUED = 1000;

    /**
     * Limit of a subscription; afterwards the client subscribes again. It bounds the life of a subscription whose
     * client has gone.
     */
    private static final Duration MAX_DURATION = Duration.ofHours(1);

    private static final LiveUpdate BEGIN = LiveUpdate.comment("from now on");

    private final LiveChannels channels;
    private final Consumers consumers;
    private final Map<MultiEmitter<? super LiveUpdate>, Set<String>> subscribers = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private LiveReader reader;
    private boolean isReading;

    LiveSubscriptions(LiveChannels channels, Consumers consumers) {
        this.channels = channels;
        this.consumers = consumers;
    }

    /** Returns every update of these channels after the first comment. 503 at the limit of subscriptions. */
    Multi<LiveUpdate> subscribe(Set<String> chosen) {
        if (count.incrementAndGet() > MAX_SUBSCRIBERS) {
            count.decrementAndGet();
            throw Problem.unavailable("Already " + MAX_SUBSCRIBERS + " clients are subscribed to this instance.");
        }
        return Multi.createFrom()
                .<LiveUpdate>emitter(subscriber -> add(subscriber, chosen), MAX_QUEUED)
                .onFailure()
                .recoverWithItem(LiveSubscriptions::last)
                .select()
                .first(MAX_DURATION)
                .onTermination()
                .invoke(count::decrementAndGet);
    }

    synchronized void begin(LiveReader source) {
        if (source == reader) {
            isReading = true;
            subscribers.keySet().forEach(subscriber -> subscriber.emit(BEGIN));
        }
    }

    synchronized void emit(LiveReader source, LiveUpdate update) {
        if (source != reader) {
            return;
        }
        subscribers.forEach((subscriber, chosen) -> {
            if (update.name() == null || chosen.contains(update.name())) {
                subscriber.emit(update);
            }
        });
    }

    synchronized void end(LiveReader source, String why) {
        if (source == reader) {
            reader = null;
            subscribers.keySet().forEach(subscriber -> subscriber.fail(new IllegalStateException(why)));
        }
    }

    @PreDestroy
    synchronized void stop() {
        if (reader != null) {
            reader.stop();
            end(reader, "This instance stops.");
        }
    }

    private synchronized void add(MultiEmitter<? super LiveUpdate> subscriber, Set<String> chosen) {
        subscribers.put(subscriber, chosen);
        subscriber.onTermination(() -> remove(subscriber));
        if (reader == null) {
            isReading = false;
            reader = new LiveReader(consumers, channels, this);
            reader.start();
        } else if (isReading) {
            subscriber.emit(BEGIN);
        }
    }

    private synchronized void remove(MultiEmitter<? super LiveUpdate> subscriber) {
        subscribers.remove(subscriber);
        if (subscribers.isEmpty() && reader != null) {
            reader.stop();
            reader = null;
        }
    }

    private static LiveUpdate last(Throwable why) {
        return LiveUpdate.end(
                why instanceof IllegalStateException && why.getMessage() != null
                        ? why.getMessage()
                        : "More than " + MAX_QUEUED + " updates waited for this subscriber: it was too slow.");
    }
}
