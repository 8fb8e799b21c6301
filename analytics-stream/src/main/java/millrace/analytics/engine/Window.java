package millrace.analytics.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Keys of aggregates: the window's start, then what is aggregated by, as text: {@code 2015-05-17T10:05:00Z|/cart}.
 * Text of instants sorts like the instants, so a span of time is one range of a store.
 */
public final class Window {
    private static final long QUARTER_MILLIS = Duration.ofMinutes(15).toMillis();

    private Window() {}

    public static String key(Instant start, String... parts) {
        return start + "|" + String.join("|", parts);
    }

    /**
     * A key that sorts by time also within a second. The text of an instant leaves out a fraction of zero, so {@code
     * 12:00:00Z} sorts behind {@code 12:00:00.500Z}.
     */
    public static String withMillis(String key) {
        var end = key.indexOf('Z');
        return key.charAt(end - 4) == '.' ? key : key.substring(0, end) + ".000" + key.substring(end);
    }

    /** The key that became this one by {@link #withMillis}. */
    public static String withoutMillis(String key) {
        var end = key.indexOf('Z');
        return key.startsWith(".000", end - 4) ? key.substring(0, end - 4) + key.substring(end) : key;
    }

    public static Instant minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES);
    }

    public static Instant quarter(Instant time) {
        return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), QUARTER_MILLIS) * QUARTER_MILLIS);
    }

    public static Instant hour(Instant time) {
        return time.truncatedTo(ChronoUnit.HOURS);
    }

    public static Instant start(String key) {
        return Instant.parse(key.substring(0, key.indexOf('|')));
    }

    /** What follows the window's start. */
    public static String rest(String key) {
        return key.substring(key.indexOf('|') + 1);
    }
}
