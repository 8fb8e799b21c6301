package millrace.feed;

import java.time.Duration;
import java.util.Optional;
import millrace.events.RateLimit;

/** Limits the rate of events and spreads them evenly. After an outage it catches up at most one second of events. */
final class FeedRate {
    private final double perSecond;
    private final RateLimit limit;

    private FeedRate(double perSecond) {
        this.perSecond = perSecond;
        this.limit = new RateLimit(perSecond, Duration.ofSeconds(1));
    }

    /** @param rate events a second; empty for no limit */
    static FeedRate of(Optional<Double> rate) {
        if (rate.isPresent() && rate.get() <= 0) {
            throw new FeedException("--rate is " + rate.get() + " events a second: it must be above 0.");
        }
        return new FeedRate(rate.orElse(0.0));
    }

    /**
     * Returns the number of events that are due within a second, at most {@code atMost}: so many may share a request.
     */
    int eventsPerRequest(int atMost) {
        return perSecond == 0 ? atMost : Math.clamp((long) perSecond, 1, atMost);
    }

    /** Waits until the next event is due. */
    void awaitNext() {
        limit.acquire(1, () -> false);
        if (Thread.currentThread().isInterrupted()) {
            throw new FeedException("Stopped: interrupted.");
        }
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
