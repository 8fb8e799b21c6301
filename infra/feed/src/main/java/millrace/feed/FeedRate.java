package millrace.feed;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Lets so many events through in a second and spreads them evenly. What an outage delayed is not caught up in a rush. */
final class Pace {
    private static final long SLACK = TimeUnit.SECONDS.toNanos(1);

    private final long interval;
    private long due = System.nanoTime();

    private Pace(long interval) {
        this.interval = interval;
    }

    /** @param rate events a second; empty for as fast as they come */
    static Pace of(Optional<Double> rate) {
        if (rate.isPresent() && rate.get() <= 0) {
            throw new CannotFeed("--rate is " + rate.get() + " events a second: it must be above 0.");
        }
        return new Pace(rate.map(perSecond -> (long) (SLACK / perSecond)).orElse(0L));
    }

    /** How many events are due within a second, and so may travel together. */
    int perSecond(int atMost) {
        return interval == 0 ? atMost : Math.clamp(SLACK / interval, 1, atMost);
    }

    /** Waits until the next event is due. */
    void await() {
        var now = System.nanoTime();
        due = Math.max(due, now - SLACK);
        if (interval > 0 && due > now) {
            sleep(Duration.ofNanos(due - now));
        }
        due += interval;
    }

    static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotFeed("Stopped: interrupted.", e);
        }
    }
}
