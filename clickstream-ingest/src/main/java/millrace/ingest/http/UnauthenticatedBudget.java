package millrace.ingest.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import millrace.events.RateLimit;

/**
 * Limits the work that requests without a valid key cause. Each costs 1 KiB and the bytes of its body, from the budget
 * of its client address and from the total budget. Where either is spent, requests that show no key in their headers or
 * query are answered 429 before their body is read; requests that show one there are not limited. An address that has
 * sent a valid key in a body within ten minutes is exempt from the total budget.
 *
 * <p>Addresses share a table of 4,096 slots, by a hash that cannot be predicted: it never grows, and two addresses in
 * one slot share a budget.
 */
@Singleton
public class UnauthenticatedBudget {
    static final long BYTES_PER_REQUEST = 1024;
    /** Bytes a second of one address, with a burst of four seconds' worth after a pause. */
    static final long OF_ADDRESS = 256 * 1024;

    static final long OF_ALL = 4 * 1024 * 1024;
    private static final Duration BURST = Duration.ofSeconds(4);
    private static final long TRUSTED_FOR = Duration.ofMinutes(10).toNanos();
    private static final int SLOTS = 4_096;

    private final long seed = new SecureRandom().nextLong();
    private final LongSupplier clock;
    private final long start;
    private final RateLimit[] ofAddress = new RateLimit[SLOTS];
    private final RateLimit ofAll;
    private final AtomicLongArray trustedUntil = new AtomicLongArray(SLOTS);

    @Inject
    UnauthenticatedBudget() {
        this(System::nanoTime);
    }

    /** @param clock in nanoseconds, with any origin */
    UnauthenticatedBudget(LongSupplier clock) {
        this.clock = clock;
        this.start = clock.getAsLong() - 1;
        Arrays.setAll(ofAddress, slot -> new RateLimit(OF_ADDRESS, BURST, clock).full());
        this.ofAll = new RateLimit(OF_ALL, BURST, clock).full();
    }

    /** Charges a request that had no valid key. */
    public void failed(String address, long bytes) {
        ofAddress[slot(address)].reserve(BYTES_PER_REQUEST + bytes);
        ofAll.reserve(BYTES_PER_REQUEST + bytes);
    }

    /** Exempts an address from the total budget, because it has sent a valid key in a body. */
    public void succeeded(String address) {
        var slot = slot(address);
        var until = now() + TRUSTED_FOR;
        if (until - trustedUntil.get(slot) > TRUSTED_FOR / 10) {
            trustedUntil.set(slot, until);
        }
    }

    /** Returns true where requests of the address that show no key before their body are refused now. */
    boolean isSpent(String address) {
        var slot = slot(address);
        return ofAddress[slot].isSpent() || ofAll.isSpent() && trustedUntil.get(slot) < now();
    }

    private long now() {
        return clock.getAsLong() - start;
    }

    private int slot(String address) {
        var hash = (address.hashCode() ^ seed) * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 52);
    }
}
