package millrace.ingest.log;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A short memory of what is durable, so that a client's retry is not written a second time, and another event under the same
 * id is not taken for a retry. It has a fixed size, and what is new takes the place of what is old; what it has forgotten,
 * consumers still know.
 *
 * <p>An event is known by bits that nobody can foretell. With a million remembered, 20 bits of its identity are its place, 40
 * more are kept and 23 of its digest. So once in 2<sup>40</sup> events a new one is taken for a conflict, which is seven years
 * at 5,000 a second, and once in 2<sup>23</sup> conflicts one is taken for a repeat.
 */
public final class DuplicateFilter {
    private static final long SEED = new SecureRandom().nextLong();
    static final long NONE = 0;
    /** Where the digest's part is; its first bit is always set, so that no event is {@link #NONE}. */
    private static final long DIGEST = (1L << 24) - 1;

    /** Of each event the identity with a part of the digest in place of its last bits. */
    private final AtomicLongArray events;

    /** @param events how many are remembered at most: a power of two; 8 bytes each */
    DuplicateFilter(int events) {
        if (Integer.bitCount(events) != 1) {
            throw new IllegalArgumentException("The size must be a power of two and is " + events);
        }
        this.events = new AtomicLongArray(events);
    }

    /** What an event is known by: never 0. */
    static long identity(String source, String channel, String id) {
        var hash = mixed(mixed(mixed(SEED, source), channel), id);
        return hash == NONE ? 1 : hash;
    }

    RequestDeduplicator.Novelty knows(long identity, long digest) {
        var known = events.get(slot(identity));
        if (known == NONE || ((known ^ identity) & ~DIGEST) != 0) {
            return RequestDeduplicator.Novelty.NEW;
        }
        return ((known ^ secret(digest)) & DIGEST) == 0 ? RequestDeduplicator.Novelty.REPEAT : RequestDeduplicator.Novelty.CONFLICT;
    }

    void add(long identity, long digest) {
        events.set(slot(identity), identity & ~DIGEST | secret(digest) & DIGEST);
    }

    /** By the first bits, which are kept, and the last bits, which are not. */
    private int slot(long identity) {
        return (int) (identity & events.length() - 1);
    }

    /** Nobody who knows a digest can make another event whose part is the same. */
    private static long secret(long digest) {
        return fold((digest ^ SEED) * 0x9E3779B97F4A7C15L) | 1L << 23;
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
