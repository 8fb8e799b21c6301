package millrace.events;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Limits a rate by the generic cell rate algorithm: each permit costs a fixed time, and a permit is available when all
 * earlier ones are paid by the time that has passed. After a pause the permits of one burst are available at once.
 */
public final class RateLimit {
    private static final double SECOND = Duration.ofSeconds(1).toNanos();
    /** Longest wait between two looks at the stop signal. */
    private static final long LOOK_EVERY = Duration.ofMillis(100).toNanos();

    private final double nanosPerPermit;
    private final long burst;
    private final LongSupplier clock;
    /** Clock reading at which all acquired permits are paid. */
    private long paidAt;

    /**
     * Creates a limit that has saved up nothing.
     *
     * @param permitsPerSecond 0 for no limit
     * @param burst longest pause whose permits are saved up
     */
    public RateLimit(double permitsPerSecond, Duration burst) {
        this(permitsPerSecond, burst, System::nanoTime);
    }

    /** @param clock in nanoseconds, with any origin */
    public RateLimit(double permitsPerSecond, Duration burst, LongSupplier clock) {
        this.nanosPerPermit = permitsPerSecond == 0 ? 0 : SECOND / permitsPerSecond;
        this.burst = burst.toNanos();
        this.clock = clock;
        this.paidAt = clock.getAsLong();
    }

    /** Saves up the permits of one burst, as the longest pause does. */
    public RateLimit full() {
        paidAt = clock.getAsLong() - burst;
        return this;
    }

    /**
     * Acquires permits, and returns the time that the caller has to wait before it uses them. Any number is acquired at
     * once; a later call waits for what it costs.
     */
    public synchronized Duration reserve(long permits) {
        var now = clock.getAsLong();
        var wait = remaining(now);
        // Differences alone: the clock may overflow.
        paidAt = now + Math.max(paidAt - now, -burst) + (long) (permits * nanosPerPermit);
        return Duration.ofNanos(wait);
    }

    /** Acquires permits as {@link #reserve} does and returns zero, or acquires nothing and returns the time to wait. */
    public synchronized Duration tryAcquire(long permits) {
        var wait = Duration.ofNanos(remaining(clock.getAsLong()));
        return wait.isZero() ? reserve(permits) : wait;
    }

    /** Returns true where {@link #tryAcquire} would acquire nothing now. */
    public synchronized boolean isSpent() {
        return remaining(clock.getAsLong()) > 0;
    }

    /**
     * Acquires permits and waits until they may be used. Returns early where {@code stop} is true, with a delay of 0.1 s,
     * or the thread is interrupted; it stays interrupted.
     */
    public void acquire(long permits, BooleanSupplier stop) {
        var due = clock.getAsLong() + reserve(permits).toNanos();
        for (var left = due - clock.getAsLong(); left > 0 && !stop.getAsBoolean(); left = due - clock.getAsLong()) {
            LockSupport.parkNanos(Math.min(left, LOOK_EVERY));
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private long remaining(long now) {
        return Math.max(paidAt - now, 0);
    }
}
