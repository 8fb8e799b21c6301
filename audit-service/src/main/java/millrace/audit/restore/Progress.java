package millrace.audit.restore;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a restoration is.
 *
 * @param before records that an earlier run of it has restored
 * @param done all that are restored, those among them
 * @param total all that are to be
 * @param elapsed time that this run has taken
 */
public record Progress(long before, long done, long total, Duration elapsed) {
    public boolean isComplete() {
        return done == total;
    }

    /** At the speed so far; nothing before there is one. */
    public Optional<Duration> remaining() {
        var now = done - before;
        return now == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) ((double) elapsed.toMillis() / now * (total - done))));
    }
}
