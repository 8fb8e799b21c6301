package millrace.audit.verify;

import java.util.Locale;

/**
 * The first thing that is wrong with a chain.
 *
 * @param seq number of the entry in the chain; {@code null} where a whole segment is wrong
 * @param offset of the record; {@code null} where nobody knows, or it is no record
 * @param segment number of the segment; {@code null} where it is not closed yet
 * @param sentence what is wrong, for people
 */
public record ChainFinding(Kind kind, Long seq, Long offset, Long segment, String sentence) {
    /** What can be wrong. */
    public enum Kind {
        CHANGED,
        MISSING,
        INSERTED,
        REORDERED,
        CUT_OFF,
        CHECKPOINT_FORGED,
        CHECKPOINT_MISSING;

        /** In words. */
        public String text() {
            return switch (this) {
                case CUT_OFF -> "cut off at the end";
                case CHECKPOINT_FORGED -> "checkpoint forged";
                case CHECKPOINT_MISSING -> "checkpoint missing";
                default -> name().toLowerCase(Locale.ROOT);
            };
        }
    }
}
