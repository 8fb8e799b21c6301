package millrace.ingest.cloudevents;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads times of RFC 3339: a date, a time with seconds and an offset. Layouts that only ISO 8601 has are refused.
 *
 * <p>A leap second, which only the last minute of a month in UTC may have, is read as the second before it, so that it
 * stays in its day. Fractions may have any length; digits below a nanosecond are cut off.
 */
final class Rfc3339 {
    private static final Pattern TIME = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]"
            + "([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]++))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");

    /** The last instant that ISO 8601 writes with a year of four digits. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private Rfc3339() {}

    /** Parses a time; empty where the text is not one. */
    static Optional<Instant> instant(String text) {
        var time = TIME.matcher(text);
        if (!time.matches() || number(time, 4) > 23 || number(time, 5) > 59 || number(time, 6) > 60) {
            return Optional.empty();
        }
        if (time.group(8) != null && (number(time, 9) > 23 || number(time, 10) > 59)) {
            return Optional.empty();
        }
        try {
            return instant(time);
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(Matcher time) {
        var day = LocalDate.of(number(time, 1), number(time, 2), number(time, 3));
        var isLeap = number(time, 6) == 60;
        var second = number(time, 4) * 3_600 + number(time, 5) * 60 + (isLeap ? 59 : number(time, 6));
        var instant = Instant.ofEpochSecond(day.toEpochDay() * 86_400 + second - offset(time), nanos(time.group(7)));
        if (isLeap && !isEndOfMonth(instant)) {
            return Optional.empty();
        }
        return Optional.of(instant.isAfter(LAST) ? LAST : instant);
    }

    private static int offset(Matcher time) {
        if (time.group(8) == null) {
            return 0;
        }
        var seconds = number(time, 9) * 3_600 + number(time, 10) * 60;
        return time.group(8).equals("-") ? -seconds : seconds;
    }

    private static int nanos(String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
    }

    private static boolean isEndOfMonth(Instant instant) {
        var after = instant.plusSeconds(1).atOffset(ZoneOffset.UTC);
        return after.getDayOfMonth() == 1 && after.toLocalTime().toSecondOfDay() == 0;
    }

    private static int number(Matcher time, int group) {
        return Integer.parseInt(time.group(group));
    }
}
