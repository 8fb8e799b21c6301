package millrace.audit.ledger;

import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The comparison of two columns of a line.
 *
 * @param why a sentence if they differ, else {@code null}
 * @param difference second column minus the first; 0 unless unbalanced
 */
record LineCheck(LineState state, String why, long difference) {
    static final LineCheck BALANCED = new LineCheck(LineState.BALANCED, null, 0);

    static LineCheck open(String why) {
        return new LineCheck(LineState.OPEN, why, 0);
    }

    static LineCheck unknown(String why) {
        return new LineCheck(LineState.UNKNOWN, why, 0);
    }

    static LineCheck unbalanced(String left, long leftCount, String right, long rightCount) {
        var difference = rightCount - leftCount;
        var why = "%d %s, %d %s: %d %s"
                .formatted(
                        leftCount,
                        left,
                        rightCount,
                        right,
                        Math.abs(difference),
                        difference < 0 ? "missing" : "too many");
        return new LineCheck(LineState.UNBALANCED, why, difference);
    }

    /** The first check with the worst state. */
    static LineCheck worst(Stream<LineCheck> checks) {
        return checks.max(Comparator.comparing(LineCheck::state)).orElseThrow();
    }
}
