package millrace.audit.ledger;

import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Whether two columns of a line agree.
 *
 * @param why a sentence where they do not
 * @param difference how many more the second has; 0 where nothing can be said
 */
record Verdict(State state, String why, long difference) {
    static final Verdict BALANCED = new Verdict(State.BALANCED, null, 0);

    static Verdict open(String why) {
        return new Verdict(State.OPEN, why, 0);
    }

    static Verdict unknown(String why) {
        return new Verdict(State.UNKNOWN, why, 0);
    }

    static Verdict unbalanced(String left, long leftCount, String right, long rightCount) {
        var difference = rightCount - leftCount;
        var why = "%d %s, %d %s: %d %s"
                .formatted(
                        leftCount,
                        left,
                        rightCount,
                        right,
                        Math.abs(difference),
                        difference < 0 ? "missing" : "too many");
        return new Verdict(State.UNBALANCED, why, difference);
    }

    /** The first of the worst. */
    static Verdict worst(Verdict... verdicts) {
        return Stream.of(verdicts).max(Comparator.comparing(Verdict::state)).orElseThrow();
    }
}
