package millrace.bench;

import java.util.Arrays;

/**
 * How fast one COPY was.
 *
 * @param format of its rows
 * @param perSecond rows a second, each time
 */
record CopyBaselineResult(String format, double[] perSecond) {
    /** A line, with what the archive came to beside it. */
    String text(ArchiveCatchUpResult archived) {
        var sorted = perSecond.clone();
        Arrays.sort(sorted);
        var median = sorted[sorted.length / 2];
        return "database %,.0f rows/s: one COPY, %s, %d times %,.0f to %,.0f; audit / database %.2f"
                .formatted(
                        median,
                        format,
                        sorted.length,
                        sorted[0],
                        sorted[sorted.length - 1],
                        archived.perSecond() / median);
    }
}
