package millrace.audit.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import millrace.events.Catalogue;

/**
 * Which minutes of which channels are asked for: whole minutes, from {@code from} (inclusive) to {@code to} (exclusive).
 *
 * @param askedAt what was not over then is open
 */
public record Question(Instant from, Instant to, List<Catalogue.Entry> channels, Instant askedAt) {
    private static final Duration USUAL = Duration.ofMinutes(15);
    private static final Duration LONGEST = Duration.ofHours(24);

    /**
     * What somebody typed.
     *
     * @param from in ISO 8601; {@code null} is 15 minutes before the end
     * @param to the same; {@code null} is now
     * @param channel {@code null} is all
     * @throws IllegalArgumentException with a sentence for who asked
     */
    public static Question of(String from, String to, String channel, Instant now) {
        var end = to == null ? now : time("to", to);
        var start = from == null ? end.minus(USUAL) : time("from", from);
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("from must be before to: %s is not before %s".formatted(start, end));
        }
        if (Duration.between(start, end).compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "from %s to %s is longer than 24 hours: ask for one day after the other".formatted(start, end));
        }
        return new Question(minute(start), minute(end.plusNanos(59_999_999_999L)), channels(channel), now);
    }

    boolean holds(Instant minute) {
        return !minute.isBefore(from) && minute.isBefore(to);
    }

    Optional<Catalogue.Entry> channel(String name) {
        return channels.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    List<String> names() {
        return channels.stream().map(Catalogue.Entry::name).toList();
    }

    static Instant minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES);
    }

    private static Instant time(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "%s must be a time like 2026-01-31T12:00:00Z, not %s".formatted(name, text), e);
        }
    }

    /** Those of which every record is kept for a while: where only the last of each key is, nothing can be compared. */
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
