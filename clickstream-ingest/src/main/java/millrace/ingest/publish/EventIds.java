package millrace.ingest.publish;

import java.util.List;
import java.util.UUID;

/** Creates ids for events whose sender gave none. A sender cannot use such an id for an event of its own. */
public final class EventIds {
    /** Prefix of ids that are derived from the content of their event. */
    static final String RESERVED = "digest:";

    private EventIds() {}

    /**
     * Returns the id of a transaction whose sender gave none. It is the same for each retry, because a duplicate refund
     * costs money. Two transactions that are equal in every field are taken for one, which is why senders should give
     * ids or at least times.
     */
    public static String of(EventDigest digest) {
        return RESERVED + digest.hex();
    }

    /** Adds a fault where a sender's id has the prefix of the edge's own ids. */
    public static void check(String place, String id, List<String> faults) {
        if (id != null && id.startsWith(RESERVED)) {
            faults.add(place + " must not begin with " + RESERVED + ", as ids of the edge do");
        }
    }

    /**
     * Returns a UUID of version 7 (RFC 9562): its first digits are the time, so that ids sort by it; 74 bits are
     * random, so that ids cannot be predicted.
     */
    public static String next() {
        var random = UUID.randomUUID();
        var time = System.currentTimeMillis() << 16;
        return new UUID(time | 0x7000 | random.getMostSignificantBits() & 0xFFF, random.getLeastSignificantBits())
                .toString();
    }
}
