package millrace.audit.restore;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Limits the records per second, on average since it was created. */
final class RestoreRateLimiter {
    private static final long SLICE = Duration.ofMillis(100).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final int perSecond;
    private final long start = System.nanoTime();
    private long records;

    /** @param perSecond 0 for no limit */
    RestoreRateLimiter(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Waits until the next record is due; returns early if {@code stop} is true. */
    void next(BooleanSupplier stop) {
        if (perSecond == 0) {
            return;
        }
        var due = start + (long) ((double) records++ / perSecond * SECOND);
        for (var wait = due - System.nanoTime(); wait > 0 && !stop.getAsBoolean(); wait = due - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(wait, SLICE));
        }
    }
}
