package millrace.audit.evidence.tree;

import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.Bytes;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.Discontinuity;

/**
 * The bytes of an entry or a segment that are hashed: its kind, then each field as its length in four bytes and its bytes; numbers have
 * eight, big-endian. The length -1 is a field that is missing, which an empty one is not.
 */
public final class Canonical {
    private static final int RECORD = 1;
    private static final int BREAK = 2;
    private static final int SEGMENT = 3;

    private static final ThreadLocal<Bytes> MEMORY = ThreadLocal.withInitial(() -> new Bytes(1 << 14));

    private Canonical() {}

    /** Valid until this thread asks for the next. */
    public static Bytes of(ChainEntry entry) {
        var out = memory();
        switch (entry) {
            case ArchivedRecord kept -> write(out, kept);
            case Discontinuity discontinuity -> write(out, discontinuity);
        }
        return out;
    }

    /** Valid until this thread asks for the next. */
    public static Bytes of(Segment segment) {
        var out = memory();
        out.putByte(SEGMENT);
        out.field(segment.channel());
        out.field((long) segment.partition());
        out.field(segment.number());
        out.field((long) segment.life());
        out.field(segment.topicId());
        out.field(segment.firstSeq());
        out.field(segment.nextSeq());
        out.field(segment.fromOffset());
        out.field(segment.toOffset());
        out.field(segment.root());
        out.field(segment.unproven());
        out.field(segment.closedMs());
        out.field(segment.previous());
        return out;
    }

    private static Bytes memory() {
        MEMORY.get().clear();
        return MEMORY.get();
    }

    private static void write(Bytes out, ArchivedRecord kept) {
        out.putByte(RECORD);
        place(out, kept);
        out.field(kept.offset());
        out.field(kept.leaderEpoch() == null ? null : kept.leaderEpoch().longValue());
        out.field(kept.timestampMs());
        out.field(kept.timestampType());
        out.putInt(kept.headerNames().length);
        for (var i = 0; i < kept.headerNames().length; i++) {
            out.field(kept.headerNames()[i]);
            out.field(kept.headerValues()[i]);
        }
        out.field(kept.key());
        out.field(kept.value());
        out.field(kept.subject());
        out.field(kept.trace());
    }

    private static void write(Bytes out, Discontinuity discontinuity) {
        out.putByte(BREAK);
        place(out, discontinuity);
        out.field(discontinuity.kind().text());
        out.field(discontinuity.fromOffset());
        out.field(discontinuity.toOffset());
        out.field(discontinuity.foundMs());
    }

    private static void place(Bytes out, ChainEntry entry) {
        out.field(entry.channel());
        out.field((long) entry.partition());
        out.field(entry.seq());
        out.field((long) entry.life());
        out.field(entry.topicId());
    }
}
