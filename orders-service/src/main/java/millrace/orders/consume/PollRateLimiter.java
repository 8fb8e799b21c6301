package millrace.orders.consume;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import millrace.events.RateLimit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Limits the rate of a replay: a poll completes no earlier than its number of records allows. */
@ApplicationScoped
class PollRateLimiter {
    private final RateLimit rate;

    /** @param recordsPerSecond 0 for no limit */
    PollRateLimiter(@ConfigProperty(name = "MILLRACE_REPLAY_RATE", defaultValue = "0") long recordsPerSecond) {
        this.rate = new RateLimit(recordsPerSecond, Duration.ZERO);
    }

    /** Returns the work, completed no earlier than the rate allows. */
    <T> Uni<T> limit(Uni<T> work, int records) {
        return Uni.createFrom().deferred(() -> {
            rate.reserve(records);
            return work.onItem().call(done -> pause(rate.reserve(0)));
        });
    }

    private static Uni<Void> pause(Duration left) {
        var nothing = Uni.createFrom().voidItem();
        return left.isPositive() ? nothing.onItem().delayIt().by(left) : nothing;
    }
}
