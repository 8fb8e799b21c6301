package millrace.audit.question;

import java.util.Map;

/** What was asked, as it is put on record. */
final class Params {
    /** Longer than anything that makes sense: an answer is no way to fill the channel. */
    private static final int LONGEST = 200;

    private Params() {}

    /** @param value {@code null} where it was not asked for */
    static void put(Map<String, String> parameters, String name, String value) {
        if (value != null) {
            parameters.put(name, value.length() > LONGEST ? value.substring(0, LONGEST) : value);
        }
    }
}
