package millrace.audit.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import millrace.events.Catalogue;

/**
 * The channels and whole minutes of a ledger, from {@code from} (inclusive) to {@code to} (exclusive).
 *
 * @param askedAt minutes that were not over then are open
 */
public record LedgerQuery(Instant from, Instant to, List<Catalogue.Entry> channels, Instant askedAt) {
    private static final Duration USUAL = Duration.ofMinutes(15);
    private static final Duration LONGEST = Duration.ofHours(24);

    /**
     * Parses the parameters of a request or a command.
     *
     * @param from in ISO 8601; {@code null} is 15 minutes before the end
     * @param to in ISO 8601; {@code null} is now
     * @param channel {@code null} is all
     * @throws IllegalArgumentException with a sentence for the caller
     */
    public static LedgerQuery of(String from, String to, String channel, Instant now) {
        var end = to == null ? now : time("to", to);
        var start = from == null ? end.minus(USUAL) : time("from", from);
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("from must be before to: %s is not before %s".formatted(start, end));
        }
        if (Duration.between(start, end).compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "from %s to %s is longer than 24 hours: ask for one day after the other".formatted(start, end));
        }
        return new LedgerQuery(minute(start), minute(end.plusNanos(59_999_999_999L)), channels(channel), now);
    }

    boolean holds(Instant minute) {
        return !minute.isBefore(from) && minute.isBefore(to);
    }

    List<String> names() {
        return channels.stream().map(Catalogue.Entry::name).toList();
    }

    static Instant minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES);
    }

    /** The milliseconds have to fit a long. */
    private static Instant time(String name, String text) {
        try {
            var instant = Instant.parse(text);
            instant.toEpochMilli();
            return instant;
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "%s must be a time like 2026-01-31T12:00:00Z, not %s".formatted(name, text), e);
        }
    }

    /** Audited channels that are not compacted: on a compacted channel records cannot be counted. */
    private static List<Catalogue.Entry> channels(String name) {
        var all = Catalogue.channels().stream()
                .filter(entry -> entry.audited() && entry.cleanupPolicy().equals("delete"))
                .toList();
        var asked = all.stream()
                .filter(entry -> name == null || entry.name().equals(name))
                .toList();
        if (asked.isEmpty()) {
            var names = all.stream().map(Catalogue.Entry::name).collect(Collectors.joining(", "));
            throw new IllegalArgumentException("channel must be one of %s, not %s".formatted(names, name));
        }
        return asked;
    }
}
