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
import millrace.analytics.query.Problem;

/** Those who listen to the channels. One reader reads for all, from the first one's coming to the last one's leaving. */
@ApplicationScoped
class Listeners {
    /** More are told to come back later. */
    static final int MOST = 100;

    /** Updates that may wait for one listener; who does not keep up gets no more, is told so and let go. */
    static final int WAITING = 1000;

    /** Then a listener has to ask again, so that nobody waits for ever on one that has gone. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final Update BEGIN = Update.comment("from now on");

    private final LiveChannels channels;
    private final Consumers consumers;
    private final Map<MultiEmitter<? super Update>, Set<String>> listeners = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private Reader reader;
    private boolean reads;

    Listeners(LiveChannels channels, Consumers consumers) {
        this.channels = channels;
        this.consumers = consumers;
    }

    /** Every update of these channels after the first comment. */
    Multi<Update> listen(Set<String> chosen) {
        if (number.incrementAndGet() > MOST) {
            number.decrementAndGet();
            throw Problem.unavailable("Already " + MOST + " listen to this instance.");
        }
        return Multi.createFrom()
                .<Update>emitter(listener -> add(listener, chosen), WAITING)
                .onFailure()
                .recoverWithItem(Listeners::last)
                .select()
                .first(LONGEST)
                .onTermination()
                .invoke(number::decrementAndGet);
    }

    synchronized void begin(Reader by) {
        if (by == reader) {
            reads = true;
            listeners.keySet().forEach(listener -> listener.emit(BEGIN));
        }
    }

    synchronized void tell(Reader by, Update update) {
        if (by != reader) {
            return;
        }
        listeners.forEach((listener, chosen) -> {
            if (update.name() == null || chosen.contains(update.name())) {
                listener.emit(update);
            }
        });
    }

    synchronized void end(Reader by, String why) {
        if (by == reader) {
            reader = null;
            listeners.keySet().forEach(listener -> listener.fail(new IllegalStateException(why)));
        }
    }

    @PreDestroy
    synchronized void stop() {
        if (reader != null) {
            reader.stop();
            end(reader, "This instance stops.");
        }
    }

    private synchronized void add(MultiEmitter<? super Update> listener, Set<String> chosen) {
        listeners.put(listener, chosen);
        listener.onTermination(() -> remove(listener));
        if (reader == null) {
            reads = false;
            reader = new Reader(consumers, channels, this);
            reader.start();
        } else if (reads) {
            listener.emit(BEGIN);
        }
    }

    private synchronized void remove(MultiEmitter<? super Update> listener) {
        listeners.remove(listener);
        if (listeners.isEmpty() && reader != null) {
            reader.stop();
            reader = null;
        }
    }

    private static Update last(Throwable why) {
        return Update.end(
                why instanceof IllegalStateException && why.getMessage() != null
                        ? why.getMessage()
                        : "More than " + WAITING + " updates waited for this listener: it was too slow.");
    }
}
