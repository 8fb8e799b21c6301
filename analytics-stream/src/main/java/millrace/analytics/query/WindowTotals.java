package millrace.analytics.query;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Counts of one or several windows of event time.
 *
 * @param start of the first window
 * @param end of the last window
 * @param settled true if all windows are settled
 */
public record WindowTotals(Instant start, Instant end, long[] counts, boolean settled) {
    /** Returns the totals of the window of that unit in which {@code time} is. */
    public static WindowTotals of(
            Instant time, ChronoUnit window, int counts, IntToLongFunction count, boolean settled) {
        var start = time.truncatedTo(window);
        var all = IntStream.range(0, counts).mapToLong(count).toArray();
        return new WindowTotals(start, start.plus(1, window), all, settled);
    }

    public long count(int which) {
        return counts[which];
    }

    public WindowTotals plus(WindowTotals other) {
        return new WindowTotals(
                start.isBefore(other.start) ? start : other.start,
                end.isAfter(other.end) ? end : other.end,
                IntStream.range(0, counts.length)
                        .mapToLong(which -> Math.addExact(counts[which], other.counts[which]))
                        .toArray(),
                settled && other.settled);
    }

    /** Returns the totals with the ends of a span where it has them. */
    public WindowTotals over(TimeSpan span) {
        return new WindowTotals(span.start(start), span.end(end), counts, settled);
    }
}
