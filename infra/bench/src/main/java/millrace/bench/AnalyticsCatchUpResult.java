package millrace.bench;

import java.time.Duration;

/**
 * How analytics went through its backlog.
 *
 * @param perSecond events, from the first commit to the last
 * @param service processor time an event in that time, in microseconds, as of the broker
 * @param resident the most of the service, in bytes
 * @param state bytes on disk, at the end
 * @param firstCommit since the process was started
 * @param pause the longest between two commits
 */
record AnalyticsCatchUpResult(
        double perSecond,
        double service,
        double broker,
        long resident,
        long state,
        Duration firstCommit,
        Duration pause) {
    /** What each value of {@link #cells} is. */
    static final String[] HEADER = {
        "what", "events/s", "CPU us: service", "broker", "MiB", "MiB on disk", "s to first commit", "s of pause"
    };

    /** @param limit events a second that a mere reader takes */
    String text(String guarantee, double limit) {
        return ("%-16s %,d events/s, %.3f of read; CPU us each: service %.1f, broker %.1f; %d MiB, %.1f MiB on disk;"
                        + " first commit after %.1f s, longest pause %.1f s")
                .formatted(
                        guarantee,
                        Math.round(perSecond),
                        perSecond / limit,
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
