package millrace.ingest.source;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Events that a source may send: so many a second, and as many at once as in one second, after a pause. What comes at once may
 * go beyond that by one request, so that a batch larger than the rate can be sent at all; the time it took is then waited for.
 */
public final class Quota {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final long nanosPerEvent;
    private final LongSupplier clock;
    /** When everything that was taken is paid for. */
    private long paidAt;

    /** @param clock in nanoseconds, from anywhere */
    Quota(long eventsPerSecond, LongSupplier clock) {
        this.nanosPerEvent = SECOND / eventsPerSecond;
        this.clock = clock;
        this.paidAt = clock.getAsLong() - SECOND;
    }

    /** Takes so many events where anything is left, else nothing, and says how long to wait; zero where it took them. */
    public synchronized Duration take(int events) {
        var now = clock.getAsLong();
        paidAt = Math.max(paidAt, now - SECOND);
        if (paidAt > now) {
            return Duration.ofNanos(paidAt - now);
        }
        paidAt += events * nanosPerEvent;
        return Duration.ZERO;
    }
}
