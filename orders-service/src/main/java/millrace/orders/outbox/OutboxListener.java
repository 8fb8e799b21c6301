package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Hears of committed rows, whichever process has committed them, on a connection of its own. It is a hint and no more: while
 * that connection is away nothing is heard, and the relay finds the rows by looking.
 */
@ApplicationScoped
class OutboxListener {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Pool pool;
    private Cancellable listening = () -> {};

    OutboxListener(Pool pool) {
        this.pool = pool;
    }

    /** Rings for each commit from now on, and once for each time that it could not hear one. */
    void listen(Runnable bell) {
        listening = pool.getConnection()
                .chain(connection -> untilItIsLost(connection, bell))
                .onFailure()
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
                .repeat()
                .indefinitely()
                .subscribe()
                .with(lost -> bell.run());
    }

    void stop() {
        listening.cancel();
    }

    private static Uni<Boolean> untilItIsLost(SqlConnection connection, Runnable bell) {
        var lost = new CompletableFuture<Boolean>();
        connection.getDelegate().closeHandler(closed -> lost.complete(true));
        ((PgConnection) connection.getDelegate()).notificationHandler(notification -> bell.run());
        return connection
                .query("LISTEN " + Outbox.BELL)
                .execute()
                .invoke(bell)
                .chain(() -> Uni.createFrom().completionStage(lost))
                .onTermination()
                .call(connection::close);
    }
}
