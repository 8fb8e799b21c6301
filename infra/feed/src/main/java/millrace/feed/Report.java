package millrace.feed;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What became of everything that was read. */
final class Report {
    /** So many unreadable lines, and so many reasons of the edge, are named; all are counted. */
    private static final int NAMED = 20;

    private static final String OTHER_REASONS = "other reasons";

    private final String feed;
    private final long started = System.nanoTime();
    private final List<String> unreadable = new ArrayList<>();
    private final Map<String, Long> reasons = new TreeMap<>();
    private long read;
    private long unreadableLines;
    private long sent;
    private long accepted;
    private long refused;

    Report(String feed) {
        this.feed = feed;
    }

    String feed() {
        return feed;
    }

    void read() {
        read++;
    }

    /** @param why what is wrong with the line, a clause */
    void unreadable(Path file, long line, String why) {
        unreadableLines++;
        if (unreadable.size() < NAMED) {
            unreadable.add(file.getFileName() + " line " + line + " " + why);
        }
    }

    void accepted(long events) {
        sent += events;
        accepted += events;
    }

    /** One event was refused, for all of these reasons. */
    void refused(List<String> faults) {
        sent++;
        refused++;
        faults.forEach(fault -> reasons.merge(
                reasons.size() < NAMED || reasons.containsKey(fault) ? fault : OTHER_REASONS, 1L, Long::sum));
    }

    long sent() {
        return sent;
    }

    /** In few words, while it runs. */
    String status() {
        return String.format(Locale.ROOT, "%,d events sent, %,d accepted, %,d refused", sent, accepted, refused);
    }

    void print(PrintWriter out) {
        var seconds = Duration.ofNanos(System.nanoTime() - started).toMillis() / 1000.0;
        var lines = read > 0 ? String.format(Locale.ROOT, "%,d lines read, ", read) : "";
        var speed = sent / Math.max(seconds, 0.001);
        out.printf(Locale.ROOT, "%s: %s%s in %.1f s (%,.0f events/s)%n", feed, lines, status(), seconds, speed);
        if (unreadableLines > 0) {
            out.printf(Locale.ROOT, "Unreadable lines: %,d%n", unreadableLines);
            unreadable.forEach(line -> out.println("  " + line));
        }
        if (unreadableLines > NAMED) {
            out.printf(Locale.ROOT, "  and %,d more%n", unreadableLines - NAMED);
        }
        if (refused > 0) {
            out.println("Refused, by reason:");
            reasons.forEach((reason, events) -> out.printf(Locale.ROOT, "  %,d × %s%n", events, reason));
        }
        out.flush();
    }
}
