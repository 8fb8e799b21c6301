package millrace.ingest.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the bytes held at once, in requests and in records that the broker has not acknowledged, so that memory cannot
 * grow. Bytes count when they have arrived, not when they are announced. Beyond the limit requests are answered 429. A
 * quarter of it is for incomplete bodies without a known key: beyond that the oldest of them are evicted, and beyond
 * twice that they are answered 429, so that the rest is always available to requests that have shown a key.
 */
@Singleton
public class InFlightBudget {
    private static final int SHARE_WITHOUT_KEY = 4;

    private final long limit;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong heldWithoutKey = new AtomicLong();

    @Inject
    InFlightBudget(IngestConfig config) {
        this(config.maxInFlight().asLongValue());
    }

    InFlightBudget(long limit) {
        this.limit = limit;
    }

    /** @throws ProblemException 429 where the budget is spent */
    public void acquire(long bytes) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            throw ProblemException.inFlightFull();
        }
    }

    /** Releases acquired bytes. */
    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /**
     * Acquires bytes for a body without a known key.
     *
     * @return true where the oldest such body has to be evicted
     * @throws ProblemException 429 where the budget is spent
     */
    boolean acquireWithoutKey(long bytes) {
        var share = limit / SHARE_WITHOUT_KEY;
        var all = heldWithoutKey.addAndGet(bytes);
        if (all > 2 * share) {
            heldWithoutKey.addAndGet(-bytes);
            throw ProblemException.inFlightFull();
        }
        try {
            acquire(bytes);
        } catch (ProblemException busy) {
            heldWithoutKey.addAndGet(-bytes);
            throw busy;
        }
        return all > share;
    }

    /**
     * Removes bytes from the share without a key, because their body is complete or aborted. They stay acquired until
     * they are released.
     */
    void bodyEnded(long bytesWithoutKey) {
        heldWithoutKey.addAndGet(-bytesWithoutKey);
    }

    /** Returns the number of bytes held now. */
    public long held() {
        return held.get();
    }

    /** Returns the number of bytes of incomplete bodies without a known key. */
    long heldWithoutKey() {
        return heldWithoutKey.get();
    }
}
