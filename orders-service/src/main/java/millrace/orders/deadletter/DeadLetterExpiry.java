package millrace.orders.deadletter;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import millrace.orders.outage.BackgroundWork;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Deletes dead letters some time after they were resolved, because their bodies may have personal data. Unresolved ones
 * are never deleted. A failed run is made up for by the next one.
 */
@ApplicationScoped
class DeadLetterExpiry {
    private static final Duration EXPIRE_EVERY = Duration.ofMinutes(1);

    /** Rows that one run deletes, so that it does not lock the table for long. */
    private static final int MAX_PER_RUN = 1_000;

    private static final String EXPIRE = """
            DELETE FROM dead_letters WHERE id IN
                (SELECT id FROM dead_letters WHERE resolution IS NOT NULL AND resolved_at < now() - $1 * interval '1 second'
                 ORDER BY resolved_at LIMIT $2)""";

    private final Pool pool;
    private final BackgroundWork background;
    private final Duration retention;

    /** @param retention of a dead letter after it was resolved */
    DeadLetterExpiry(
            Pool pool,
            BackgroundWork background,
            @ConfigProperty(name = "orders.keep-resolved-dead-letters", defaultValue = "30d") Duration retention) {
        this.pool = pool;
        this.background = background;
        this.retention = retention;
    }

    void start(@Observes StartupEvent event) {
        background.every(EXPIRE_EVERY, this::expire);
    }

    /** @return number of dead letters that were deleted */
    Uni<Integer> expire() {
        return pool.withConnection(connection -> connection
                        .preparedQuery(EXPIRE)
                        .execute(Tuple.of((double) retention.toSeconds(), (long) MAX_PER_RUN)))
                .map(rows -> rows.rowCount());
    }
}
