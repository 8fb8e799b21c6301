package millrace.bench;

import java.util.Arrays;

/**
 * Throughput of COPY.
 *
 * @param format format of its rows
 * @param perSecond rows a second of each run
 */
record CopyBaselineResult(String format, double[] perSecond) {
    /** Returns a line with the median, and the ratio of the archive to it. */
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
