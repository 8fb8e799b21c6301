package millrace.ingest.publish;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers recent durable events, so that a client's retry is not published a second time, and a different event under
 * the same id is not taken for a retry. Its size is fixed, and a new event evicts the one in its slot. Consumers detect
 * duplicates of evicted events.
 *
 * <p>An event is identified by hashes that senders cannot predict. With a million slots, 20 bits of the identity select
 * the slot, 40 more are stored, and 23 bits of the digest. So one in 2<sup>40</sup> new events is taken for a conflict,
 * which is seven years at 5,000 events a second, and one in 2<sup>23</sup> conflicts is taken for a duplicate.
 */
final class DuplicateFilter {
    private static final long SEED = new SecureRandom().nextLong();
    static final long NONE = 0;
    /** Mask of the digest's bits; the first of them is always set, so that no event equals {@link #NONE}. */
    private static final long DIGEST = (1L << 24) - 1;

    /** The identity of each event, with bits of its digest in place of the last 24. */
    private final AtomicLongArray events;

    /** @param events number of slots: a power of two; 8 bytes each */
    DuplicateFilter(int events) {
        if (Integer.bitCount(events) != 1) {
            throw new IllegalArgumentException("The size must be a power of two and is " + events);
        }
        this.events = new AtomicLongArray(events);
    }

    /** Returns the identity of an event; never 0. */
    static long identity(String source, String channel, String id) {
        var hash = mix(mix(mix(SEED, source), channel), id);
        return hash == NONE ? 1 : hash;
    }

    RequestDeduplicator.Novelty lookUp(long identity, long digest) {
        var known = events.get(slot(identity));
        if (known == NONE || ((known ^ identity) & ~DIGEST) != 0) {
            return RequestDeduplicator.Novelty.NEW;
        }
        return ((known ^ secret(digest)) & DIGEST) == 0
                ? RequestDeduplicator.Novelty.DUPLICATE
                : RequestDeduplicator.Novelty.CONFLICT;
    }

    void add(long identity, long digest) {
        events.set(slot(identity), identity & ~DIGEST | secret(digest) & DIGEST);
    }

    /** Returns the slot of an identity, by its last bits, which are not stored. */
    private int slot(long identity) {
        return (int) (identity & events.length() - 1);
    }

    /** Hashes a digest with the seed, so that a sender cannot craft another event with the same stored bits. */
    private static long secret(long digest) {
        return fold((digest ^ SEED) * 0x9E3779B97F4A7C15L) | 1L << 23;
    }

    /** Mixes a text into a hash, and then its length, so that "ab", "c" differs from "a", "bc". */
    private static long mix(long seed, String text) {
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
