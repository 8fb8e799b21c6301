package millrace.feed;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Limits the rate of events and spreads them evenly. After an outage it catches up at most one second of events. */
final class FeedRate {
    private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long intervalNanos;
    private long dueNanos = System.nanoTime();

    private FeedRate(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /** @param rate events a second; empty for no limit */
    static FeedRate of(Optional<Double> rate) {
        if (rate.isPresent() && rate.get() <= 0) {
            throw new FeedException("--rate is " + rate.get() + " events a second: it must be above 0.");
        }
        return new FeedRate(
                rate.map(perSecond -> (long) (BURST_NANOS / perSecond)).orElse(0L));
    }

    /**
     * Returns the number of events that are due within a second, at most {@code atMost}: so many may share a request.
     */
    int eventsPerRequest(int atMost) {
        return intervalNanos == 0 ? atMost : Math.clamp(BURST_NANOS / intervalNanos, 1, atMost);
    }

    /** Waits until the next event is due. */
    void awaitNext() {
        var now = System.nanoTime();
        dueNanos = Math.max(dueNanos, now - BURST_NANOS);
        if (intervalNanos > 0 && dueNanos > now) {
            sleep(Duration.ofNanos(dueNanos - now));
        }
        dueNanos += intervalNanos;
    }

    static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeedException("Stopped: interrupted.", e);
        }
    }
}
