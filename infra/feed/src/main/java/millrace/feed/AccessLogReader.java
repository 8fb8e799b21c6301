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
 * Reads the requests of one log in its order. The format of the log is that of most of its first lines. Lines in
 * another format, unreadable lines and lines with a wrong time are skipped and reported. It buffers {@value #MAX_LINES}
 * lines or {@value #MAX_CHARS} characters.
 */
final class AccessLogReader implements AutoCloseable {
    static final String WRONG_CLOCK = "Lines with a wrong time, not sent";

    private static final int MAX_LINES = 1_000;
    private static final int MAX_CHARS = 256 * 1024;

    /** Accepted difference between the clocks of two machines. */
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(1);

    /** Allowed lateness: an event further behind the latest one of its source counts as late. */
    private static final Duration ALLOWED_LATENESS = Duration.ofHours(24);

    /**
     * Limit of distinct lines in memory: identical lines further apart get the same id, so the later one counts as a
     * duplicate.
     */
    private static final int MAX_REMEMBERED_LINES = 10_000;

    private final int number;
    private final Path file;
    private final ZoneId zone;
    private final Instant now;
    private final FeedReport report;
    private final Occurrences occurrences = new Occurrences();
    private final Deque<Entry> lookahead = new ArrayDeque<>();
    private TextFileReader lines;
    private Optional<AccessLogFormat> format = Optional.empty();
    private Optional<Instant> latest = Optional.empty();
    private int lookaheadChars;
    private boolean isAtEnd;
    private Instant next;

    /** @param id derived from the line, so that it is the same in every file */
    record Entry(long number, AccessLogLine request, String id, int size) {}

    /**
     * @param number position among the logs that are read together
     * @param now lines with a later time have a wrong time
     */
    AccessLogReader(int number, Path file, ZoneId zone, Instant now, FeedReport report) throws IOException {
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

    /** Returns a lower bound for the time of the next request; the exact time once the file is open. */
    Instant nextTime() {
        return next;
    }

    /** Returns true if the file is open, and {@link #nextTime} therefore exact. */
    boolean isOpen() {
        return lines != null;
    }

    /** Returns the next request with a plausible time; empty at the end of the log. */
    Optional<Entry> peek() throws IOException {
        if (!isOpen() && !open()) {
            return Optional.empty();
        }
        while (true) {
            fill();
            if (lookahead.isEmpty()) {
                return Optional.empty();
            }
            var entry = lookahead.getFirst();
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

    /** Removes the request that {@link #peek} returned. */
    void advance() {
        var time = lookahead.getFirst().request().time();
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
            lines = new TextFileReader(file);
            return true;
        } catch (IOException e) {
            truncated(e);
            return false;
        }
    }

    private void truncated(IOException e) {
        report.truncated("%s cannot be read to its end: %s.".formatted(file.getFileName(), e.getMessage()));
    }

    private void drop() {
        lookaheadChars -= lookahead.removeFirst().size();
    }

    /**
     * Returns the fault of a time: more than a day behind the times before it, or more than a day ahead of them and of
     * most that follow. In both cases one of the two times would count as late.
     */
    private Optional<String> fault(Instant time) {
        if (latest.isPresent() && time.isBefore(latest.get().minus(ALLOWED_LATENESS))) {
            return Optional.of(", more than a day before the lines before it");
        }
        if (latest.isPresent() && !time.isAfter(latest.get().plus(ALLOWED_LATENESS))) {
            return Optional.empty();
        }
        var earlier = lookahead.stream()
                .filter(entry -> entry.request().time().isBefore(time.minus(ALLOWED_LATENESS)))
                .count();
        return 2 * earlier > lookahead.size() - 1
                ? Optional.of(", more than a day after most lines that follow it")
                : Optional.empty();
    }

    private void fill() throws IOException {
        var isStart = format.isEmpty();
        while (!isAtEnd && lookahead.size() < MAX_LINES && lookaheadChars < MAX_CHARS) {
            var line = nextLine();
            if (line.isEmpty()) {
                isAtEnd = true;
            } else if (!line.get().text().isBlank()) {
                report.read(file);
                add(line.get());
            }
        }
        if (isStart) {
            detectFormat();
        }
    }

    private Optional<TextFileReader.Line> nextLine() throws IOException {
        try {
            return lines.next();
        } catch (IOException e) {
            truncated(e);
            return Optional.empty();
        }
    }

    private void add(TextFileReader.Line line) {
        if (line.isTooLong()) {
            report.unreadable(file, line.number(), TextFileReader.Line.TOO_LONG);
            return;
        }
        try {
            var request = AccessLogFormat.read(line.text(), zone);
            if (request.time().isAfter(now.plus(MAX_CLOCK_SKEW))) {
                report.leftOut(WRONG_CLOCK, file, line.number(), "is dated " + request.time() + ", after it was read");
                return;
            }
            var text = line.text().strip();
            var entry = new Entry(
                    line.number(), request, DeterministicIds.of(text, occurrences.before(text)), text.length());
            if (hasFormat(entry)) {
                lookahead.addLast(entry);
                lookaheadChars += entry.size();
            }
        } catch (AccessLogFormat.UnreadableLine e) {
            report.unreadable(file, line.number(), e.getMessage());
        }
    }

    private void detectFormat() {
        format = lookahead.stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.request().format(), LinkedHashMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .reduce((one, other) -> other.getValue() > one.getValue() ? other : one)
                .map(Map.Entry::getKey);
        lookahead.removeIf(entry -> !hasFormat(entry));
        lookaheadChars = lookahead.stream().mapToInt(Entry::size).sum();
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

    /** Returns the time of the first readable line within the lookahead limit; {@link Instant#MIN} if there is none. */
    private Instant firstTime() throws IOException {
        try (var text = new TextFileReader(file)) {
            var read = 0;
            for (var line = text.next(); line.isPresent() && read < MAX_CHARS; line = text.next()) {
                read += line.get().text().length() + 1;
                try {
                    return AccessLogFormat.read(line.get().text(), zone).time();
                } catch (AccessLogFormat.UnreadableLine unreadable) {
                    continue; // it is named when the file is read
                }
            }
        } catch (IOException unreadable) {
            return Instant.MIN; // it is named when the file is read
        }
        return Instant.MIN;
    }

    /**
     * Counts the earlier occurrences of each line in its file: two equal requests within a second are two page views.
     */
    private static final class Occurrences extends LinkedHashMap<String, Integer> {
        private static final long serialVersionUID = 1;

        int before(String line) {
            return merge(DeterministicIds.of(line), 1, Integer::sum) - 1;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MAX_REMEMBERED_LINES;
        }
    }
}
