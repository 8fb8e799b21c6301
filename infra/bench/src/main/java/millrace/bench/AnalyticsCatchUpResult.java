package millrace.bench;

import java.time.Duration;

/**
 * Throughput and cost of analytics on a backlog.
 *
 * @param perSecond events a second between the first commit and the last
 * @param service processor time of the service per event in that time, in microseconds; likewise broker
 * @param resident maximum of resident bytes of the service
 * @param state bytes of state on disk at the end
 * @param firstCommit time from the start of the process to the first commit
 * @param pause longest time between two commits
 */
record AnalyticsCatchUpResult(
        double perSecond,
        double service,
        double broker,
        long resident,
        long state,
        Duration firstCommit,
        Duration pause) {
    /** Headings of {@link #cells}. */
    static final String[] HEADER = {
        "what", "events/s", "CPU us: service", "broker", "MiB", "MiB on disk", "s to first commit", "s of pause"
    };

    /** @param baseline events a second of a consumer that only reads */
    String text(String guarantee, double baseline) {
        return ("%-16s %,d events/s, %.3f of read; CPU us each: service %.1f, broker %.1f; %d MiB, %.1f MiB on disk;"
                        + " first commit after %.1f s, longest pause %.1f s")
                .formatted(
                        guarantee,
                        Math.round(perSecond),
                        perSecond / baseline,
                        service,
                        broker,
                        resident >> 20,
                        mebibytes(),
                        seconds(firstCommit),
                        seconds(pause));
    }

    String[] cells(String what) {
        return new String[] {
            what,
            "%,.0f".formatted(perSecond),
            "%.1f".formatted(service),
            "%.1f".formatted(broker),
            "%d".formatted(resident >> 20),
            "%.1f".formatted(mebibytes()),
            "%.1f".formatted(seconds(firstCommit)),
            "%.1f".formatted(seconds(pause))
        };
    }

    private double mebibytes() {
        return state / (double) (1 << 20);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }
}
