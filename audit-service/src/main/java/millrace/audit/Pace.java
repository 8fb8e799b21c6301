package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How fast a replay reads at most: what a poll has brought takes the time that its records may take. */
@ApplicationScoped
class Pace {
    private final int recordsPerSecond;

    /** @param recordsPerSecond 0 for as fast as it goes */
    Pace(@ConfigProperty(name = "MILLRACE_REPLAY_RATE", defaultValue = "0") int recordsPerSecond) {
        this.recordsPerSecond = recordsPerSecond;
    }

    /** Of a poll: what a second brings, so that nobody waits longer than that. */
    int most(int records) {
        return recordsPerSecond == 0 ? records : Math.min(records, recordsPerSecond);
    }

    void rest(int records) {
        if (recordsPerSecond > 0) {
            LockSupport.parkNanos(
                    Duration.ofSeconds(records).dividedBy(recordsPerSecond).toNanos());
        }
    }
}
