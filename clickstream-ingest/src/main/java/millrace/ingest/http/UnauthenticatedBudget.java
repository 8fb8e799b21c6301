package millrace.ingest.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Bounds the work that requests without a valid key cause. Each costs 1 KiB and the bytes of its body, of its client address's
 * budget and of the one for all. Where either is spent, requests that show no key in their headers or query are answered 429
 * before their body is read; those that do are never asked. An address that has sent a valid key in a body within ten minutes
 * is not held to the budget for all.
 *
 * <p>Addresses share 4,096 places of a table by a hash that cannot be foretold: it never grows, and two at one place share a budget.
 */
@Singleton
public class UnauthenticatedBudget {
    static final long BYTES_PER_REQUEST = 1024;
    /** Bytes a second of one address; as many again for four seconds after a pause. */
    static final long OF_ADDRESS = 256 * 1024;

    static final long OF_ALL = 4 * 1024 * 1024;
    private static final long SECOND = 1_000_000_000;
    private static final long BURST = 4 * SECOND;
    private static final long TRUSTED_FOR = 600 * SECOND;
    private static final int PLACES = 4_096;

    private final long seed = new SecureRandom().nextLong();
    private final LongSupplier clock;
    private final long start;
    /** When everything that was spent is paid for, by place. */
    private final AtomicLongArray paidAt = new AtomicLongArray(PLACES);

    private final AtomicLong allPaidAt = new AtomicLong();
    private final AtomicLongArray trustedUntil = new AtomicLongArray(PLACES);

    @Inject
    UnauthenticatedBudget() {
        this(System::nanoTime);
    }

    /** @param clock in nanoseconds, from anywhere */
    UnauthenticatedBudget(LongSupplier clock) {
        this.clock = clock;
        this.start = clock.getAsLong() - BURST;
    }

    /** Counts a request that had no valid key. */
    public void failed(String address, long bytes) {
        var now = now();
        spend(paidAt, place(address), now, (BYTES_PER_REQUEST + bytes) * SECOND / OF_ADDRESS);
        var cost = (BYTES_PER_REQUEST + bytes) * SECOND / OF_ALL;
        allPaidAt.updateAndGet(paid -> Math.max(paid, now - BURST) + cost);
    }

    /** Remembers that a valid key came from there in a body. */
    public void succeeded(String address) {
        var place = place(address);
        var until = now() + TRUSTED_FOR;
        if (until - trustedUntil.get(place) > TRUSTED_FOR / 10) {
            trustedUntil.set(place, until);
        }
    }

    /** Whether what has no key in its headers is not read now. */
    public boolean isSpent(String address) {
        var now = now();
        var place = place(address);
        return paidAt.get(place) > now || allPaidAt.get() > now && trustedUntil.get(place) < now;
    }

    private static void spend(AtomicLongArray paidAt, int place, long now, long cost) {
        paidAt.updateAndGet(place, paid -> Math.max(paid, now - BURST) + cost);
    }

    private long now() {
        return clock.getAsLong() - start;
    }

    private int place(String address) {
        var hash = (address.hashCode() ^ seed) * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 52);
    }
}
