package millrace.orders.consume;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Limits the rate of a replay: a poll completes no earlier than its number of records allows. */
@ApplicationScoped
class PollRateLimiter {
    private final long recordsPerSecond;

    /** @param recordsPerSecond 0 for no limit */
    PollRateLimiter(@ConfigProperty(name = "MILLRACE_REPLAY_RATE", defaultValue = "0") long recordsPerSecond) {
        this.recordsPerSecond = recordsPerSecond;
    }

    /** Returns the work, completed no earlier than the rate allows. */
    <T> Uni<T> limit(Uni<T> work, int records) {
        if (recordsPerSecond == 0) {
            return work;
        }
        var share = Duration.ofMillis(records * 1000L / recordsPerSecond);
        return Uni.createFrom().deferred(() -> {
            var begin = System.nanoTime();
            return work.onItem().call(done -> pause(share.minusNanos(System.nanoTime() - begin)));
        });
    }

    private static Uni<Void> pause(Duration left) {
        var nothing = Uni.createFrom().voidItem();
        return left.isPositive() ? nothing.onItem().delayIt().by(left) : nothing;
    }
}
