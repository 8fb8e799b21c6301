package millrace.ingest.log;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A short memory of what is durable, so that a client's retry is not written a second time. It has a fixed size, and what is new
 * takes the place of what is old; what it has forgotten, consumers still know.
 *
 * <p>An event is known by 64 bits that nobody can foretell. With a million remembered, a new one is taken for a repeat once in
 * 2<sup>44</sup> events: in a century at 5,000 a second.
 */
public final class Recent {
    private static final long SEED = new SecureRandom().nextLong();
    private static final long NONE = 0;

    private final AtomicLongArray identities;

    /** @param events how many are remembered at most: a power of two; 8 bytes each */
    Recent(int events) {
        if (Integer.bitCount(events) != 1) {
            throw new IllegalArgumentException("The size must be a power of two and is " + events);
        }
        identities = new AtomicLongArray(events);
    }

    /** What an event is known by: never 0. */
    static long identity(String source, String channel, String id) {
        var hash = mixed(mixed(mixed(SEED, source), channel), id);
        return hash == NONE ? 1 : hash;
    }

    boolean has(long identity) {
        return identities.get(slot(identity)) == identity;
    }

    void add(long identity) {
        identities.set(slot(identity), identity);
    }

    private int slot(long identity) {
        return (int) identity & identities.length() - 1;
    }

    /** Multiplies and folds for each character, and once more to tell "ab", "c" from "a", "bc". */
    private static long mixed(long seed, String text) {
        var hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = fold((hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L);
        }
        return fold((hash ^ text.length() + 0x1_0000L) * 0xD6E8FEB86659FD93L);
    }

    private static long fold(long product) {
        return product ^ product >>> 29;
    }
}
