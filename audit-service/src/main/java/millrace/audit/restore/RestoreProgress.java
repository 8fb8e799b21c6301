package millrace.audit.restore;

import java.time.Duration;
import java.util.Optional;

/**
 * The progress of a restore.
 *
 * @param before records that earlier runs have restored
 * @param done restored records, including those
 * @param total records to restore
 * @param elapsed duration of this run
 */
public record RestoreProgress(long before, long done, long total, Duration elapsed) {
    public boolean isComplete() {
        return done == total;
    }

    /** Estimated from the rate so far; empty before the first record. */
    public Optional<Duration> remaining() {
        var now = done - before;
        return now == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) ((double) elapsed.toMillis() / now * (total - done))));
    }
}
