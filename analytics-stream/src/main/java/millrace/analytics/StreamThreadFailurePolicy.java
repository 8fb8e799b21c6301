package millrace.analytics;

import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * What becomes of the job when a thread of it has failed: another takes its place, from the last commit. Where that
 * helps no more the process ends, and the platform starts another one.
 */
@ApplicationScoped
class Restarts implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = Logger.getLogger(Restarts.class);
    private static final int MOST = 5;
    private static final Duration WITHIN = Duration.ofMinutes(10);

    private final Clock clock;
    private final Runnable end;
    private final Deque<Instant> failures = new ArrayDeque<>();

    Restarts() {
        this(Clock.systemUTC(), () -> Quarkus.asyncExit(1));
    }

    Restarts(Clock clock, Runnable end) {
        this.clock = clock;
        this.end = end;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
        var now = clock.instant();
        failures.removeIf(before -> before.isBefore(now.minus(WITHIN)));
        failures.add(now);
        if (failures.size() <= MOST) {
            LOG.errorf(
                    failure,
                    "A thread of the job has failed, for the %d. time; another takes its place.",
                    failures.size());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.errorf(
                failure,
                "Threads of the job have failed %d times within %d minutes: the process ends.",
                failures.size(),
                WITHIN.toMinutes());
        end.run();
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
