package millrace.audit.question;

import java.util.Map;

/** Parameters of a query, as its event on {@code audit-events} has them. */
final class AuditedParameters {
    /** Longer than any valid value; bounds what a request adds to the channel. */
    private static final int LONGEST = 200;

    private AuditedParameters() {}

    /** @param value {@code null} if the parameter was not given */
    static void put(Map<String, String> parameters, String name, String value) {
        if (value != null) {
            parameters.put(name, value.length() > LONGEST ? value.substring(0, LONGEST) : value);
        }
    }
}
