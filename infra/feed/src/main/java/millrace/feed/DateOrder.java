package millrace.feed;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Order of day and month in dates such as 5/1/2016. Dates that begin with the year, and dates with points, which are
 * day first, are unambiguous.
 */
enum DateOrder {
    DAY_FIRST,
    MONTH_FIRST;

    private static final String CLOCK =
            "(?:[T ,]+(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,]\\d{1,9})?)?(?: *(?<half>[AaPp])\\.?[Mm]\\.?)?)?";
    private static final Pattern YEAR_FIRST =
            Pattern.compile("(?<year>\\d{4})([-/.])(?<month>\\d{1,2})\\2(?<day>\\d{1,2})" + CLOCK
                    + " *(?<offset>Z|[+-]\\d{2}:?\\d{2})?");
    private static final Pattern YEAR_LAST = Pattern.compile(
            "(?<first>\\d{1,2})(?<separator>[-/.])(?<then>\\d{1,2})\\k<separator>(?<year>\\d{4}|\\d{2})" + CLOCK);

    private static final int MONTHS = 12;

    /** Two-digit years are 1969 to 2068, as in POSIX. */
    private static final int FIRST_OF_1900 = 69;

    /** The orders in which a date can be read. */
    enum Interpretation {
        /** One order only, or both orders with the same result. */
        CERTAIN,
        DAY_FIRST_ONLY,
        MONTH_FIRST_ONLY,
        AMBIGUOUS,
        NONE
    }

    static Interpretation interpretation(String text) {
        var date = YEAR_LAST.matcher(text);
        if (!date.matches()) {
            return YEAR_FIRST.matcher(text).matches() ? Interpretation.CERTAIN : Interpretation.NONE;
        }
        if (date.group("separator").equals(".") || date.group("first").equals(date.group("then"))) {
            return Interpretation.CERTAIN;
        }
        var isDayFirst = local(date, DAY_FIRST).isPresent();
        var isMonthFirst = local(date, MONTH_FIRST).isPresent();
        if (isDayFirst && isMonthFirst) {
            return Integer.parseInt(date.group("first")) == Integer.parseInt(date.group("then"))
                    ? Interpretation.CERTAIN
                    : Interpretation.AMBIGUOUS;
        }
        return isDayFirst
                ? Interpretation.DAY_FIRST_ONLY
                : isMonthFirst ? Interpretation.MONTH_FIRST_ONLY : Interpretation.NONE;
    }

    /**
     * Parses a date with or without a time of day. A date without a time is the start of the day.
     *
     * @param zone zone of a date that states none
     * @throws DateTimeException if the text is no date in this order
     */
    Instant read(String text, ZoneId zone) {
        var first = YEAR_FIRST.matcher(text);
        if (first.matches()) {
            var date = local(first, first.group("month"), first.group("day"));
            return Optional.ofNullable(first.group("offset"))
                    .map(offset ->
                            OffsetDateTime.of(date, ZoneOffset.of(offset)).toInstant())
                    .orElseGet(() -> date.atZone(zone).toInstant());
        }
        var last = YEAR_LAST.matcher(text);
        if (!last.matches()) {
            throw new DateTimeException(text);
        }
        return local(last, last.group("separator").equals(".") ? DAY_FIRST : this)
                .orElseThrow(() -> new DateTimeException(text))
                .atZone(zone)
                .toInstant();
    }

    private static Optional<LocalDateTime> local(Matcher date, DateOrder order) {
        var day = date.group(order == DAY_FIRST ? "first" : "then");
        var month = date.group(order == DAY_FIRST ? "then" : "first");
        try {
            return Integer.parseInt(month) <= MONTHS ? Optional.of(local(date, month, day)) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static LocalDateTime local(Matcher date, String month, String day) {
        return LocalDateTime.of(
                year(date.group("year")),
                Integer.parseInt(month),
                Integer.parseInt(day),
                hour(date.group("hour"), date.group("half")),
                number(date.group("minute")),
                number(date.group("second")));
    }

    private static int year(String text) {
        var year = Integer.parseInt(text);
        return text.length() == 4 ? year : year < FIRST_OF_1900 ? 2000 + year : 1900 + year;
    }

    /** @param half {@code null} for a 24-hour clock */
    private static int hour(String text, String half) {
        var hour = number(text);
        if (half == null) {
            return hour;
        }
        if (hour < 1 || hour > 12) {
            throw new DateTimeException(text + " is not an hour of a 12-hour clock");
        }
        return hour % 12 + (half.equalsIgnoreCase("p") ? 12 : 0);
    }

    private static int number(String text) {
        return text == null ? 0 : Integer.parseInt(text);
    }
}
