package millrace.ingest.log;

import java.util.List;
import java.util.UUID;

/** Ids for events whose sender gave none. No sender can take one for an event of its own. */
public final class EventIds {
    /** How an id begins that follows from what is in its event. */
    public static final String RESERVED = "digest:";

    private EventIds() {}

    /**
     * The id of a transaction without one: the same for each retry, because a refund that is made twice costs money. Two that
     * are equal in everything are one, which is why senders give ids or at least times.
     */
    public static String of(EventDigest digest) {
        return RESERVED + digest.hex();
    }

    /** Notes where an id that a sender gave is one of the edge's own. */
    public static void check(String place, String id, List<String> faults) {
        if (id != null && id.startsWith(RESERVED)) {
            faults.add(place + " must not begin with " + RESERVED + ", as ids of the edge do");
        }
    }

    /**
     * A UUID of version 7 (RFC 9562): its first digits are the time, so that ids sort by it; 74 bits are random, so that none
     * can be foretold.
     */
    public static String next() {
        var random = UUID.randomUUID();
        var time = System.currentTimeMillis() << 16;
        return new UUID(time | 0x7000 | random.getMostSignificantBits() & 0xFFF, random.getLeastSignificantBits())
                .toString();
    }
}
