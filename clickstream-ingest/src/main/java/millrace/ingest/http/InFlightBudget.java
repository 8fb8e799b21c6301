package millrace.ingest.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import millrace.ingest.IngestConfig;

/**
 * Bounds the bytes that are held at once, in requests and in records that wait for the broker: memory cannot grow. Bytes count
 * when they have come, not when they are announced. Beyond the limit the answer is 429. A quarter of it is for bodies on their way
 * in of which no key is known yet: beyond that the oldest of them make room, and beyond twice that they are answered 429, so that
 * the rest is always there for those who showed one.
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

    /** @throws ProblemException where there is no room now */
    public void take(long bytes) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            throw ProblemException.tooBusy();
        }
    }

    /** Gives back what was taken. */
    public void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /**
     * Takes them for a body of which no key is known.
     *
     * @return whether the oldest such body has to make room
     * @throws ProblemException where there is no room now
     */
    boolean takeWithoutKey(long bytes) {
        var share = limit / SHARE_WITHOUT_KEY;
        var all = heldWithoutKey.addAndGet(bytes);
        if (all > 2 * share) {
            heldWithoutKey.addAndGet(-bytes);
            throw ProblemException.tooBusy();
        }
        try {
            take(bytes);
        } catch (ProblemException busy) {
            heldWithoutKey.addAndGet(-bytes);
            throw busy;
        }
        return all > share;
    }

    /** They have come, or never will: their key is known in a moment, and they stay taken until they are given back. */
    void arrived(long bytesWithoutKey) {
        heldWithoutKey.addAndGet(-bytesWithoutKey);
    }

    /** Bytes that are held now. */
    public long held() {
        return held.get();
    }

    /** Bytes of bodies on their way in of which no key is known. */
    public long heldWithoutKey() {
        return heldWithoutKey.get();
    }
}
