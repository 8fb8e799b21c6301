package millrace.audit;

import java.time.Duration;

/** The pause before the next attempt: 250 ms, doubled each time up to 8 s. The number of attempts has no limit. */
final class DoublingBackoff {
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(8);

    private Duration next = FIRST;

    Duration next() {
        var pause = next;
        next = next.compareTo(LONGEST) < 0 ? next.multipliedBy(2) : next;
        return pause;
    }

    /** Begins again with the first pause, after an attempt succeeded. */
    void reset() {
        next = FIRST;
    }
}
