package millrace.ingest.auth;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Rate limit of a source in events a second, with a burst of one second's events after a pause. One request may exceed
 * the burst, so that a batch larger than the rate can be sent at all; later requests wait for the time that it took.
 */
final class Quota {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final long nanosPerEvent;
    private final LongSupplier clock;
    /** Clock reading at which all acquired events are paid for, in nanoseconds. */
    private long paidAt;

    /** @param clock in nanoseconds, with any origin */
    Quota(long eventsPerSecond, LongSupplier clock) {
        this.nanosPerEvent = SECOND / eventsPerSecond;
        this.clock = clock;
        this.paidAt = clock.getAsLong() - SECOND;
    }

    /** Acquires events where any are left, and returns zero; else acquires nothing and returns the time to wait. */
    synchronized Duration acquire(int events) {
        var now = clock.getAsLong();
        paidAt = Math.max(paidAt, now - SECOND);
        if (paidAt > now) {
            return Duration.ofNanos(paidAt - now);
        }
        paidAt += events * nanosPerEvent;
        return Duration.ZERO;
    }
}
