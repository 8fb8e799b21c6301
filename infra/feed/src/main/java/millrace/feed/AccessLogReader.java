package millrace.feed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Requests of one log in its order. Its format is that of most of its first lines; lines in another one, lines that cannot
 * be read and lines whose clock was wrong are left out and named. It looks ahead {@value #MOST_LINES} lines or
 * {@value #MOST_CHARS} characters, and keeps no more.
 */
final class LogReader implements AutoCloseable {
    static final String WRONG_CLOCK = "Lines with a wrong time, not sent";

    private static final int MOST_LINES = 1_000;
    private static final int MOST_CHARS = 256 * 1024;

    /** Clocks of two machines may differ by so much. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    /** An event that is further behind the latest one of its source counts as late. */
    private static final Duration GRACE = Duration.ofHours(24);

    /** Two identical lines are told apart while no more than this many different lines lie between them. */
    private static final int REMEMBERED_LINES = 10_000;

    private final int number;
    private final Path file;
    private final ZoneId zone;
    private final Instant now;
    private final Report report;
    private final Repeats repeats = new Repeats();
    private final Deque<Entry> ahead = new ArrayDeque<>();
    private TextFile lines;
    private Optional<LogFormat> format = Optional.empty();
    private Optional<Instant> latest = Optional.empty();
    private int charsAhead;
    private boolean isAtEnd;
    private Instant next;

    /** @param id follows from the line, so that it is the same in any file */
    record Entry(long number, AccessLogLine request, String id, int size) {}

    /**
     * @param number among the logs that are read together
     * @param now a line that is dated later has a wrong time
     */
    LogReader(int number, Path file, ZoneId zone, Instant now, Report report) throws IOException {
        this.number = number;
        this.file = file;
        this.zone = zone;
        this.now = now;
        this.report = report;
        next = Files.isRegularFile(file) ? firstTime() : Instant.MIN;
    }

    int number() {
        return number;
    }

    /** Not before it the next request was made; the file is opened for the first one. */
    Instant nextTime() {
        return next;
    }

    /** Whether it was opened, and so whether the time of the next request is exact. */
    boolean isOpen() {
        return lines != null;
    }

    /** The next request whose time can be meant; empty at the end of the log. */
    Optional<Entry> peek() throws IOException {
        if (!isOpen() && !open()) {
            return Optional.empty();
        }
        while (true) {
            fill();
            if (ahead.isEmpty()) {
                return Optional.empty();
            }
            var entry = ahead.getFirst();
            var fault = fault(entry.request().time());
            if (fault.isEmpty()) {
                next = entry.request().time();
                return Optional.of(entry);
            }
            report.leftOut(
                    WRONG_CLOCK,
                    file,
                    entry.number(),
                    "is dated " + entry.request().time() + fault.get());
            drop();
        }
    }

    /** Goes on behind the request that was peeked at. */
    void advance() {
        var time = ahead.getFirst().request().time();
        latest = Optional.of(latest.filter(time::isBefore).orElse(time));
        drop();
    }

    long position() {
        return isOpen() ? lines.position() : 0;
    }

    @Override
    public void close() throws IOException {
        if (isOpen()) {
            lines.close();
        }
    }

    private boolean open() {
        try {
            lines = new TextFile(file);
            return true;
        } catch (IOException e) {
            cutShort(e);
            return false;
        }
    }

    private void cutShort(IOException e) {
        report.cutShort("%s cannot be read to its end: %s.".formatted(file.getFileName(), e.getMessage()));
    }

    private void drop() {
        charsAhead -= ahead.removeFirst().size();
    }

    /**
     * A time is wrong that is a day behind the times before it, or a day ahead of them while most that follow are not. In
     * both cases one of two times would count as late.
     */
    private Optional<String> fault(Instant time) {
        if (latest.isPresent() && time.isBefore(latest.get().minus(GRACE))) {
            return Optional.of(", more than a day before the lines before it");
        }
        if (latest.isPresent() && !time.isAfter(latest.get().plus(GRACE))) {
            return Optional.empty();
        }
        var earlier = ahead.stream()
                .filter(entry -> entry.request().time().isBefore(time.minus(GRACE)))
                .count();
        return 2 * earlier > ahead.size() - 1
                ? Optional.of(", more than a day after most lines that follow it")
                : Optional.empty();
    }

    private void fill() throws IOException {
        var isStart = format.isEmpty();
        while (!isAtEnd && ahead.size() < MOST_LINES && charsAhead < MOST_CHARS) {
            var line = nextLine();
            if (line.isEmpty()) {
                isAtEnd = true;
            } else if (!line.get().text().isBlank()) {
                report.read(file);
                take(line.get());
            }
        }
        if (isStart) {
            decide();
        }
    }

    private Optional<TextFile.Line> nextLine() throws IOException {
        try {
            return lines.next();
        } catch (IOException e) {
            cutShort(e);
            return Optional.empty();
        }
    }

    private void take(TextFile.Line line) {
        if (line.isTooLong()) {
            report.unreadable(file, line.number(), TextFile.Line.TOO_LONG);
            return;
        }
        try {
            var request = LogFormat.read(line.text(), zone);
            if (request.time().isAfter(now.plus(CLOCKS_DIFFER))) {
                report.leftOut(WRONG_CLOCK, file, line.number(), "is dated " + request.time() + ", after it was read");
                return;
            }
            var text = line.text().strip();
            var entry = new Entry(line.number(), request, Ids.of(text, repeats.before(text)), text.length());
            if (hasFormat(entry)) {
                ahead.addLast(entry);
                charsAhead += entry.size();
            }
        } catch (LogFormat.Unreadable e) {
            report.unreadable(file, line.number(), e.getMessage());
        }
    }

    private void decide() {
        format = ahead.stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.request().format(), LinkedHashMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .reduce((one, other) -> other.getValue() > one.getValue() ? other : one)
                .map(Map.Entry::getKey);
        ahead.removeIf(entry -> !hasFormat(entry));
        charsAhead = ahead.stream().mapToInt(Entry::size).sum();
    }

    private boolean hasFormat(Entry entry) {
        var isOther = format.isPresent() && entry.request().format() != format.get();
        if (isOther) {
            report.unreadable(
                    file,
                    entry.number(),
                    "is in %s and its file in %s".formatted(entry.request().format(), format.get()));
        }
        return !isOther;
    }

    /** Of the first line that can be read, among as many as are looked at ahead. */
    private Instant firstTime() throws IOException {
        try (var text = new TextFile(file)) {
            var read = 0;
            for (var line = text.next(); line.isPresent() && read < MOST_CHARS; line = text.next()) {
                read += line.get().text().length() + 1;
                try {
                    return LogFormat.read(line.get().text(), zone).time();
                } catch (LogFormat.Unreadable unreadable) {
                    continue; // it is named when the file is read
                }
            }
        } catch (IOException unreadable) {
            return Instant.MIN; // it is named when the file is read
        }
        return Instant.MIN;
    }

    /** How often each line came before in its file: two equal requests within a second are two page views. */
    private static final class Repeats extends LinkedHashMap<String, Integer> {
        private static final long serialVersionUID = 1;

        int before(String line) {
            return merge(Ids.of(line), 1, Integer::sum) - 1;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED_LINES;
        }
    }
}
