package millrace.ingest.log;

import java.util.UUID;

/** Ids for events whose sender gave none. */
public final class EventIds {
    private EventIds() {}

    /** A UUID of version 7 (RFC 9562): its first digits are the time, so that ids sort by it. */
    public static String next() {
        var random = UUID.randomUUID();
        var time = System.currentTimeMillis() << 16;
        return new UUID(time | 0x7000 | random.getMostSignificantBits() & 0xFFF, random.getLeastSignificantBits())
                .toString();
    }
}
