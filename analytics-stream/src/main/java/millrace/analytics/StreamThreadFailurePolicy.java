package millrace.analytics;

import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import millrace.analytics.engine.UnknownFormatException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * Replaces a failed stream thread by a new one, which continues from the last commit. After more than five failures
 * within ten minutes the process ends, and the platform starts a new one. Where another release has written the state it
 * ends at once.
 */
@ApplicationScoped
class StreamThreadFailurePolicy implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = Logger.getLogger(StreamThreadFailurePolicy.class);
    private static final int MAX_FAILURES = 5;
    private static final Duration FAILURE_WINDOW = Duration.ofMinutes(10);

    private final Clock clock;
    private final Runnable exit;
    private final Deque<Instant> failures = new ArrayDeque<>();

    StreamThreadFailurePolicy() {
        this(Clock.systemUTC(), () -> Quarkus.asyncExit(1));
    }

    StreamThreadFailurePolicy(Clock clock, Runnable exit) {
        this.clock = clock;
        this.exit = exit;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
        if (UnknownFormatException.causes(failure)) {
            LOG.error("The job cannot read its own state: the process ends.", failure);
            exit.run();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        var now = clock.instant();
        failures.removeIf(before -> before.isBefore(now.minus(FAILURE_WINDOW)));
        failures.add(now);
        if (failures.size() <= MAX_FAILURES) {
            LOG.errorf(
                    failure,
                    "A thread of the job has failed, for the %d. time; a new one takes its place.",
                    failures.size());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.errorf(
                failure,
                "Threads of the job have failed %d times within %d minutes: the process ends.",
                failures.size(),
                FAILURE_WINDOW.toMinutes());
        exit.run();
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
