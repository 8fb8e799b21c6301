package millrace.orders.outage;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Retries work until a resource is available: without limit, with a growing pause, and with one line of the log at the
 * beginning and at the end.
 */
public final class Outage {
    private static final Logger LOG = Logger.getLogger(Outage.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final String what;
    private final AtomicReference<Instant> since = new AtomicReference<>();

    /** @param what cannot be done meanwhile, for the log */
    public Outage(String what) {
        this.what = what;
    }

    /**
     * Repeats the work until it succeeds, or fails with another failure.
     *
     * @param passing true for failures that a retry can help against
     */
    public <T> Uni<T> retryUntilAvailable(Uni<T> work, Predicate<Throwable> passing) {
        return BackgroundWork.inCurrentContext(work)
                .onFailure(passing)
                .invoke(this::failed)
                .onFailure(passing)
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
                .invoke(this::succeeded);
    }

    /** Notes a failure of work that the caller itself repeats; logs the first one. */
    public void failed(Throwable failure) {
        if (since.compareAndSet(null, Instant.now())) {
            LOG.warnf("%s, trying again until it works: %s", what, failure);
        }
    }

    /** Ends the outage, if there is one. */
    public void succeeded() {
        var start = since.getAndSet(null);
        if (start != null) {
            LOG.infof(
                    "Works again after %s s: %s",
                    Duration.between(start, Instant.now()).toSeconds(), what);
        }
    }
}
