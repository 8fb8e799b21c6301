package millrace.ingest.auth;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Header {@code traceparent} of W3C Trace Context. */
final class Traceparent {
    private static final Pattern VALID =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})");
    private static final String NOT_SAMPLED = "00";

    private Traceparent() {}

    /** Returns a new span of the caller's trace; of a new trace where the header is missing or invalid. */
    static String next(String header) {
        var caller = header == null ? null : VALID.matcher(header);
        return caller != null && caller.matches()
                ? text(caller.group(1), caller.group(2))
                : text(id() + id(), NOT_SAMPLED);
    }

    private static String text(String trace, String flags) {
        return "00-" + trace + "-" + id() + "-" + flags;
    }

    private static String id() {
        var digits = Long.toHexString(ThreadLocalRandom.current().nextLong() | 1);
        return "0".repeat(16 - digits.length()) + digits;
    }
}
