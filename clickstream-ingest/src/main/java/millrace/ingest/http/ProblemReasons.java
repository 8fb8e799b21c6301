package millrace.ingest.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Bounds the reasons that are given for one request or event: at most 50 of 500 characters, and 16,000 characters in
 * total. A longer reason is cut and ends with "…"; further reasons are left out, and the last entry says how many there
 * are.
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

    /** Cuts a reason, but not inside a surrogate pair. */
    private static String cut(String reason) {
        if (reason.length() <= LONGEST) {
            return reason;
        }
        var end = Character.isHighSurrogate(reason.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return reason.substring(0, end) + "…";
    }
}
