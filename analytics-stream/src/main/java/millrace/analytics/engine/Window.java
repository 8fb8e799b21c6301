package millrace.analytics.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * Keys of aggregates: the window's start, then what is aggregated by, as text: {@code 2015-05-17T10:05:00Z|/cart}.
 * Text of instants sorts like the instants, so a span of time is one range of a store.
 */
public final class Window {
    private static final long QUARTER_MILLIS = Duration.ofMinutes(15).toMillis();

    private static final int NANOS_OF_MILLI = 1_000_000;
    private static final int SECONDS_OF_DAY = 86_400;

    /** Years have four digits until then. */
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Window() {}

    public static String key(Instant start, String part) {
        return text(start) + '|' + part;
    }

    public static String key(Instant start, String first, String second) {
        return text(start) + '|' + first + '|' + second;
    }

    /** Text of an instant as the instant itself writes it, in a tenth of the time: most clicks need two of them. */
    static String text(Instant time) {
        var seconds = time.getEpochSecond();
        if (seconds < 0 || seconds > LAST_SECOND || time.getNano() % NANOS_OF_MILLI != 0) {
            return time.toString();
        }
        var day = LocalDate.ofEpochDay(seconds / SECONDS_OF_DAY);
        var second = (int) (seconds % SECONDS_OF_DAY);
        var text = new byte[time.getNano() == 0 ? 20 : 24];
        digits(day.getYear(), 4, text, 4);
        text[4] = '-';
        digits(day.getMonthValue(), 2, text, 7);
        text[7] = '-';
        digits(day.getDayOfMonth(), 2, text, 10);
        text[10] = 'T';
        digits(second / 3600, 2, text, 13);
        text[13] = ':';
        digits(second / 60 % 60, 2, text, 16);
        text[16] = ':';
        digits(second % 60, 2, text, 19);
        if (time.getNano() != 0) {
            text[19] = '.';
            digits(time.getNano() / NANOS_OF_MILLI, 3, text, 23);
        }
        text[text.length - 1] = 'Z';
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Writes a number that ends before a place. */
    private static void digits(int number, int length, byte[] text, int end) {
        var left = number;
        for (var at = end - 1; at >= end - length; at--) {
            text[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
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
