package millrace.orders;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How fast a replay reads at most: a poll is over when the time is that its records may take. */
@ApplicationScoped
class PollRateLimiter {
    private final long recordsPerSecond;

    /** @param recordsPerSecond 0 for as fast as it goes */
    PollRateLimiter(@ConfigProperty(name = "MILLRACE_REPLAY_RATE", defaultValue = "0") long recordsPerSecond) {
        this.recordsPerSecond = recordsPerSecond;
    }

    /** The same, no sooner than the pace allows. */
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
