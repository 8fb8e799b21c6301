package millrace.analytics;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Keys of aggregates: the window's start, then what is aggregated by, as text: {@code 2015-05-17T10:05:00Z|/cart}.
 * Text of instants sorts like the instants, so a span of time is one range of a store.
 */
final class Window {
    private Window() {}

    static String key(Instant start, String... parts) {
        return start + "|" + String.join("|", parts);
    }

    static Instant minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES);
    }

    static Instant hour(Instant time) {
        return time.truncatedTo(ChronoUnit.HOURS);
    }

    static Instant start(String key) {
        return Instant.parse(key.substring(0, key.indexOf('|')));
    }

    /** What follows the window's start. */
    static String rest(String key) {
        return key.substring(key.indexOf('|') + 1);
    }
}
