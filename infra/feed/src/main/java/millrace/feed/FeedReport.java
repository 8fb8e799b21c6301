package millrace.feed;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Counts the results of all input of a feed. It is thread-safe. */
final class FeedReport {
    /** Maximum number of sentences under each heading, and of distinct reasons; all are counted. */
    private static final int MAX_NAMED = 20;

    /** Maximum length of a reason; longer ones are shortened. */
    private static final int MAX_REASON_CHARS = 300;

    private static final String OTHER_REASONS = "other reasons";
    private static final String UNREADABLE = "Unreadable lines";

    private final String feed;
    private final long started = System.nanoTime();
    private final Map<String, LeftOut> leftOut = new LinkedHashMap<>();
    private final Map<Path, Lines> files = new LinkedHashMap<>();
    private final Map<String, Reason> reasons = new TreeMap<>();
    private final List<String> truncated = new ArrayList<>();
    private final Map<String, Long> remarks = new LinkedHashMap<>();
    private long read;
    private long sent;
    private long accepted;
    private long refused;

    /** Lines or invoices that are skipped for reasons of one kind. */
    private static final class LeftOut {
        private final List<String> named = new ArrayList<>();
        private long count;

        void add(String sentence) {
            count++;
            if (named.size() < MAX_NAMED) {
                named.add(sentence);
            }
        }

        void print(String heading, PrintWriter out) {
            out.printf(Locale.ROOT, "%s: %,d%n", heading, count);
            named.forEach(sentence -> out.println("  " + sentence));
            if (count > MAX_NAMED) {
                out.printf(Locale.ROOT, "  and %,d more%n", count - MAX_NAMED);
            }
        }
    }

    /** Number of rejections for one reason, and the first order rejected for it; empty if it was a click. */
    private static final class Reason {
        private final String first;
        private long count;

        Reason(String first) {
            this.first = first;
        }
    }

    /** Line counts of one file. */
    private static final class Lines {
        private long read;
        private long leftOut;
    }

    FeedReport(String feed) {
        this.feed = feed;
    }

    String feed() {
        return feed;
    }

    synchronized void read(Path file) {
        read++;
        lines(file).read++;
    }

    /** @param why fault of the line, a clause */
    void unreadable(Path file, long line, String why) {
        leftOut(UNREADABLE, file, line, why);
    }

    /**
     * Counts a line that was read and is not sent.
     *
     * @param heading kind of the lines
     * @param why reason, a clause
     */
    synchronized void leftOut(String heading, Path file, long line, String why) {
        lines(file).leftOut++;
        leftOut(heading, file.getFileName() + " line " + line + " " + why);
    }

    synchronized void leftOut(String heading, String sentence) {
        leftOut.computeIfAbsent(heading, kind -> new LeftOut()).add(shortened(sentence));
    }

    /** Counts a remark; it is printed once, with its count before it. */
    synchronized void remark(String what) {
        remarks.merge(what, 1L, Long::sum);
    }

    /**
     * Counts events that the edge acknowledged. An acknowledgement does not tell how a consumer processes the event.
     */
    synchronized void accepted(long events) {
        sent += events;
        accepted += events;
    }

    /** Counts one event that the edge rejected, under each of its reasons. */
    void refused(List<String> faults) {
        refused("", faults);
    }

    /** @param order id of the order; the first one of each reason is printed */
    synchronized void refused(String order, List<String> faults) {
        sent++;
        refused++;
        for (var fault : faults) {
            var text = shortened(fault);
            var reason = reasons.size() < MAX_NAMED || reasons.containsKey(text) ? text : OTHER_REASONS;
            reasons.computeIfAbsent(reason, first -> new Reason(shortened(order))).count++;
        }
    }

    synchronized long sent() {
        return sent;
    }

    /** Reports a file that could not be read to its end. */
    synchronized void truncated(String sentence) {
        if (truncated.size() < MAX_NAMED) {
            truncated.add(sentence);
        }
    }

    /**
     * Returns a sentence for each file that could not be read to its end, and for each file with more lines skipped
     * than sent.
     *
     * @param kind expected kind of the files
     */
    synchronized List<String> problems(String kind) {
        var mostlyLeftOut = files.entrySet().stream()
                .filter(file -> 2 * file.getValue().leftOut > file.getValue().read)
                .map(file -> String.format(
                        Locale.ROOT,
                        "%s is not a readable %s: %,d of its %,d lines were skipped.",
                        file.getKey().getFileName(),
                        kind,
                        file.getValue().leftOut,
                        file.getValue().read));
        return Stream.concat(truncated.stream(), mostlyLeftOut).toList();
    }

    /** Returns the current counts in one line. */
    synchronized String status() {
        return String.format(
                Locale.ROOT, "%,d events sent, %,d accepted by the edge, %,d rejected by it", sent, accepted, refused);
    }

    synchronized void print(PrintWriter out) {
        var seconds = Duration.ofNanos(System.nanoTime() - started).toMillis() / 1000.0;
        var lines = read > 0 ? String.format(Locale.ROOT, "%,d lines read, ", read) : "";
        var speed = sent / Math.max(seconds, 0.001);
        out.printf(Locale.ROOT, "%s: %s%s in %.1f s (%,.0f events/s)%n", feed, lines, status(), seconds, speed);
        remarks.forEach((what, number) -> out.printf(Locale.ROOT, "%,d %s%n", number, what));
        leftOut.forEach((heading, kind) -> kind.print(heading, out));
        if (refused > 0) {
            out.println("Rejected by the edge, by reason:");
            reasons.forEach((text, reason) -> out.printf(
                    Locale.ROOT,
                    "  %,d × %s%s%n",
                    reason.count,
                    text,
                    reason.first.isEmpty() ? "" : " (first: " + reason.first + ")"));
        }
        out.flush();
    }

    private Lines lines(Path file) {
        return files.computeIfAbsent(file, name -> new Lines());
    }

    private static String shortened(String text) {
        return text.length() <= MAX_REASON_CHARS ? text : text.substring(0, MAX_REASON_CHARS) + "…";
    }
}
