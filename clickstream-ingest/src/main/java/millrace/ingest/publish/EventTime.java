package millrace.ingest.publish;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.List;

/**
 * Time of an event.
 *
 * @param timestamp by the sender's clock as far as it is believed; never after the event was received
 * @param clockAhead true where the sender's clock gives a time after the event was received
 */
public record EventTime(Instant timestamp, boolean clockAhead) {
    /** ISO 8601 in its extended form: at least a date, and UTC where it has no offset. */
    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .appendValue(ChronoField.YEAR, 4)
            .appendPattern("-MM-dd")
            .optionalStart()
            .appendPattern("'T'HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .parseLenient()
            .optionalStart()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    /** Layout that JavaScript writes; reading it by position is ten times as fast. */
    private static final String USUAL = "2024-05-01T12:00:00.000Z";

    /** Index of the seconds. */
    private static final int SECONDS = "2024-05-01T12:00:".length();

    private static final Duration DAY = Duration.ofDays(1);

    /**
     * Returns the time of an event: as it is written or, where {@code sentAt} shows the offset of the sender's clock,
     * as {@code receivedAt − (sentAt − timestamp)}.
     *
     * @param timestamp {@code null} where the event happened when it was received
     * @param sentAt {@code null} where the time is not corrected; a text that is no time corrects nothing
     * @param faults receives the faults of the timestamp
     */
    public static EventTime of(String timestamp, String sentAt, Instant receivedAt, List<String> faults) {
        var happened = instant(timestamp);
        if (timestamp != null && happened == null) {
            faults.add("timestamp must be a time in ISO 8601, for example 2024-05-01T12:00:00Z");
        }
        if (happened == null) {
            return new EventTime(receivedAt, false);
        }
        var sent = instant(sentAt);
        var time = sent == null ? happened : receivedAt.minus(Duration.between(happened, sent));
        if (time.isBefore(Instant.EPOCH)) {
            faults.add("timestamp must not be before 1970");
        }
        return time.isAfter(receivedAt) ? new EventTime(receivedAt, true) : new EventTime(time, false);
    }

    /** Returns the instant; {@code null} where the text is missing or no time. */
    private static Instant instant(String text) {
        try {
            if (text == null) {
                return null;
            }
            return text.length() == USUAL.length() ? usual(text) : parsed(text);
        } catch (DateTimeException notIso) {
            return null;
        }
    }

    /**
     * Reads any layout, with the letters T and Z in either case and a leap second, as RFC 3339 does; a leap second
     * becomes the second before it, which every clock has.
     */
    private static Instant parsed(String text) {
        var upper = text.replace('t', 'T').replace('z', 'Z');
        if (!upper.startsWith("60", SECONDS)) {
            return ISO.parse(upper, Instant::from);
        }
        var before = ISO.parse(upper.substring(0, SECONDS) + "59" + upper.substring(SECONDS + 2), Instant::from);
        if (before.getEpochSecond() % DAY.toSeconds() != DAY.toSeconds() - 1) {
            throw new DateTimeException("No leap second: " + text);
        }
        return before;
    }

    private static Instant usual(String text) {
        for (int i = 0; i < USUAL.length(); i++) {
            var isDigit = text.charAt(i) >= '0' && text.charAt(i) <= '9';
            if (isDigit != Character.isDigit(USUAL.charAt(i)) || !isDigit && text.charAt(i) != USUAL.charAt(i)) {
                return parsed(text);
            }
        }
        if (text.startsWith("60", SECONDS)) {
            return parsed(text);
        }
        var day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
        var time = LocalTime.of(
                number(text, 11, 13), number(text, 14, 16), number(text, 17, 19), number(text, 20, 23) * 1_000_000);
        return LocalDateTime.of(day, time).toInstant(ZoneOffset.UTC);
    }

    private static int number(String digits, int from, int to) {
        return Integer.parseInt(digits, from, to, 10);
    }
}
