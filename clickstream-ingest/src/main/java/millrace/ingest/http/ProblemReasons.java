package millrace.ingest.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Bounds what is said of one request or event: at most 50 reasons of 500 characters, and 16,000 characters in all. A longer reason
 * is cut, with "…" at its end; reasons beyond that are left out, and the last one says how many.
 */
public final class ProblemReasons {
    private static final int MOST = 50;
    private static final int LONGEST = 500;
    private static final int ALL = 16_000;

    private ProblemReasons() {}

    public static List<String> bounded(List<String> reasons) {
        if (reasons.size() == 1 && reasons.getFirst().length() <= LONGEST) {
            return reasons;
        }
        var bounded = new ArrayList<String>();
        var length = 0;
        for (var reason : reasons) {
            var cut = cut(reason);
            if (bounded.size() == MOST - 1 && reasons.size() > MOST || length + cut.length() > ALL) {
                bounded.add("There are " + (reasons.size() - bounded.size()) + " more reasons.");
                return bounded;
            }
            length += cut.length();
            bounded.add(cut);
        }
        return bounded;
    }

    /** Never between the two halves of a character. */
    private static String cut(String reason) {
        if (reason.length() <= LONGEST) {
            return reason;
        }
        var end = Character.isHighSurrogate(reason.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return reason.substring(0, end) + "…";
    }
}
