package millrace.audit;

import java.time.Duration;

/** How long to wait before the next attempt: twice as long each time up to a bound, and there is always a next one. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(8);

    private Duration next = FIRST;

    Duration next() {
        var pause = next;
        next = next.compareTo(LONGEST) < 0 ? next.multipliedBy(2) : next;
        return pause;
    }

    /** An attempt succeeded. */
    void reset() {
        next = FIRST;
    }
}
