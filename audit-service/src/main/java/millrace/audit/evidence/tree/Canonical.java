package millrace.audit.evidence.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.Bytes;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.Discontinuity;

/**
 * The bytes of an entry or a segment that are hashed: its kind, then each field as its length in four bytes and its bytes; numbers have
 * eight, big-endian. The length -1 is a field that is missing, which an empty one is not.
 */
final class Canonical {
    private static final int RECORD = 1;
    private static final int BREAK = 2;
    private static final int SEGMENT = 3;

    private Canonical() {}

    static void write(Bytes out, ChainEntry entry) {
        switch (entry) {
            case ArchivedRecord kept -> write(out, kept);
            case Discontinuity discontinuity -> write(out, discontinuity);
        }
    }

    static void write(Bytes out, Segment segment) {
        out.putByte(SEGMENT);
        text(out, segment.channel());
        out.field((long) segment.partition());
        out.field(segment.number());
        out.field((long) segment.life());
        uuid(out, segment.topicId());
        out.field(segment.firstSeq());
        out.field(segment.nextSeq());
        out.field(segment.fromOffset());
        out.field(segment.toOffset());
        out.field(segment.root());
        out.field(segment.unproven());
        out.field(segment.closedMs());
        out.field(segment.previous());
    }

    private static void write(Bytes out, ArchivedRecord kept) {
        out.putByte(RECORD);
        place(out, kept);
        out.field(kept.offset());
        out.field(kept.leaderEpoch() == null ? null : kept.leaderEpoch().longValue());
        out.field(kept.timestampMs());
        text(out, kept.timestampType());
        out.putInt(kept.headerNames().length);
        for (var i = 0; i < kept.headerNames().length; i++) {
            out.field(kept.headerNames()[i]);
            out.field(kept.headerValues()[i]);
        }
        out.field(kept.key());
        out.field(kept.value());
        out.field(kept.subject());
        uuid(out, kept.trace());
    }

    private static void write(Bytes out, Discontinuity discontinuity) {
        out.putByte(BREAK);
        place(out, discontinuity);
        text(out, discontinuity.kind().text());
        out.field(discontinuity.fromOffset());
        out.field(discontinuity.toOffset());
        out.field(discontinuity.foundMs());
    }

    private static void place(Bytes out, ChainEntry entry) {
        text(out, entry.channel());
        out.field((long) entry.partition());
        out.field(entry.seq());
        out.field((long) entry.life());
        uuid(out, entry.topicId());
    }

    private static void text(Bytes out, String text) {
        out.field(text.getBytes(UTF_8));
    }

    private static void uuid(Bytes out, UUID uuid) {
        if (uuid == null) {
            out.field((byte[]) null);
        } else {
            out.putInt(2 * Long.BYTES);
            out.putLong(uuid.getMostSignificantBits());
            out.putLong(uuid.getLeastSignificantBits());
        }
    }
}
