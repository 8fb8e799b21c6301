package millrace.audit.evidence;

import java.util.Locale;

/**
 * The first thing that is wrong with a chain, or a thing that is wrong with the log.
 *
 * @param seq number of the entry in the chain; {@code null} where a whole segment is wrong
 * @param offset of the record; {@code null} if it is unknown, or the entry is no record
 * @param segment number of the segment in its chain; {@code null} if it is not signed yet
 * @param sentence for people
 */
public record ChainFinding(Kind kind, Long seq, Long offset, Long segment, String sentence) {
    /** A finding that no chain has alone. */
    static ChainFinding ofLog(Kind kind, String sentence) {
        return new ChainFinding(kind, null, null, null, sentence);
    }

    /** The kinds of findings. */
    public enum Kind {
        CHANGED,
        MISSING,
        INSERTED,
        CUT_OFF,
        CHECKPOINT_FORGED,
        CHECKPOINT_MISSING,
        TWO_HISTORIES,
        ERASED_WITHOUT_EVENT,
        ERASURE_UNDONE,
        KEY_CHANGED;

        /** In words. */
        public String text() {
            return this == CUT_OFF
                    ? "cut off at the end"
                    : name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    ChainFinding in(long number) {
        return new ChainFinding(kind, seq, offset, number, sentence);
    }
}
