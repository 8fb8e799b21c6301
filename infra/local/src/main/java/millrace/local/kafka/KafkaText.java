package millrace.local.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.TerminalText;

/** Numbers, durations and tables as the Kafka plugin of the PaaS's CLI writes and reads them. */
final class KafkaText {
    private static final int BAR = 10;
    private static final List<String> UNITS = List.of("MB", "GB", "TB", "PB");
    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,12}) ?(ms|[smhd]|milliseconds?|seconds?|minutes?|hours?|days?)?");

    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

    private KafkaText() {}

    /** {@code "1 byte"}, {@code "2 KB"}, {@code "1.50 MB"}. */
    static String size(long bytes) {
        if (bytes < 1 << 10) {
            return "%s byte%s".formatted(number(bytes), bytes == 1 ? "" : "s");
        }
        if (bytes < 1 << 20) {
            return Math.round(bytes / 1024.0) + " KB";
        }
        var power = Math.min((63 - Long.numberOfLeadingZeros(bytes)) / 10, UNITS.size() + 1);
        return String.format(Locale.ROOT, "%.2f %s", bytes / Math.pow(1024, power), UNITS.get(power - 2));
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code "1 topic"}, {@code "2 topics"}. */
    static String count(long number, String noun) {
        return number(number) + " " + plural(number, noun);
    }

    static String plural(long number, String noun) {
        return number == 1 ? noun : noun + "s";
    }

    /** Bar of ten characters that is filled as far as the limit is used. */
    static String bar(double used, double limit, KafkaColours colours) {
        var filled = (int) Math.floor(Math.clamp(used / limit, 0, 1) * BAR);
        return "[" + colours.blue("█".repeat(filled)) + "·".repeat(BAR - filled) + "]";
    }

    /** {@code "1 day 12 hours"}. */
    static String interval(long milliseconds) {
        var time = Duration.ofMillis(milliseconds);
        return List.of(
                        part(time.toDays(), "day"),
                        part(time.toHoursPart(), "hour"),
                        part(time.toMinutesPart(), "minute"),
                        part(time.toSecondsPart(), "second"),
                        part(time.toMillisPart(), "millisecond"))
                .stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** Retention in the largest unit that says it without much rounding. */
    static String retention(long milliseconds) {
        var hour = 3_600_000.0;
        if (milliseconds < hour) {
            return Math.round(milliseconds / 1000.0) + " seconds";
        }
        return milliseconds < 48 * hour
                ? Math.round(milliseconds / hour) + " hours"
                : Math.round(milliseconds / (24 * hour)) + " days";
    }

    /**
     * Parses {@code 10d}, {@code 36h}, {@code 5 minutes}, or a number of milliseconds; empty if it is none of them, or has
     * too many milliseconds for a {@code long}.
     */
    static Optional<Duration> duration(String text) {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var number = Long.parseLong(matcher.group(1));
        var unit = Optional.ofNullable(matcher.group(2)).orElse("ms");
        var time = switch (unit) {
            case "ms", "millisecond", "milliseconds" -> Duration.ofMillis(number);
            case "s", "second", "seconds" -> Duration.ofSeconds(number);
            case "m", "minute", "minutes" -> Duration.ofMinutes(number);
            case "h", "hour", "hours" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
        return Optional.of(time).filter(some -> some.compareTo(LONGEST) <= 0);
    }

    /** Parses a switch; empty if the word is none. */
    static Optional<Boolean> onOrOff(String word) {
        return switch (word) {
            case "yes", "true", "on", "enable" -> Optional.of(true);
            case "no", "false", "off", "disable" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** Lines {@code Name:  value}, their values aligned. */
    static String properties(Map<String, String> values, KafkaColours colours) {
        var width = values.keySet().stream().mapToInt(String::length).max().orElse(0) + 2;
        return values.entrySet().stream()
                .map(value -> colours.heading(value.getKey()) + ":"
                        + " ".repeat(width - value.getKey().length() - 1) + value.getValue())
                .collect(Collectors.joining("\n"));
    }

    /** A table under a line, with its columns as wide as their longest value. Names in it may be of strangers. */
    static String table(List<String> headings, List<List<String>> values, KafkaColours colours) {
        var rows = values.stream()
                .map(row -> row.stream().map(TerminalText::line).toList())
                .toList();
        var widths = IntStream.range(0, headings.size())
                .map(column -> Math.max(
                        headings.get(column).length(),
                        rows.stream()
                                .mapToInt(row -> row.get(column).length())
                                .max()
                                .orElse(0)))
                .boxed()
                .toList();
        var lines = new ArrayList<String>();
        lines.add(colours.heading(line(headings, widths)));
        lines.add(" " + "─".repeat(widths.stream().mapToInt(width -> width + 3).sum() - 1));
        rows.forEach(row -> lines.add(line(row, widths)));
        return String.join("\n", lines) + "\n";
    }

    private static String line(List<String> values, List<Integer> widths) {
        return IntStream.range(0, values.size())
                .mapToObj(column -> values.get(column)
                        + " ".repeat(widths.get(column) - values.get(column).length()))
                .collect(Collectors.joining("   ", "  ", ""))
                .stripTrailing();
    }

    private static String part(long number, String unit) {
        return number == 0 ? "" : number + " " + plural(number, unit);
    }
}
