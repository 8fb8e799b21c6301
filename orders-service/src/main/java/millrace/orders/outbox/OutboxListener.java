package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Listens for the notification of committed rows, from any process, on a connection of its own. It is only a hint:
 * while that connection is lost, the relay finds rows by polling.
 */
@ApplicationScoped
class OutboxListener {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Pool pool;
    private final String channel;
    private Cancellable listening = () -> {};

    OutboxListener(Pool pool, @ConfigProperty(name = "orders.schema") String schema) {
        this.pool = pool;
        this.channel = schema + "_outbox";
    }

    /** Runs {@code wakeUp} at each commit, and after each reconnect, because commits may have been missed. */
    void listen(Runnable wakeUp) {
        listening = pool.getConnection()
                .chain(connection -> untilItIsLost(connection, wakeUp))
                .onFailure()
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
                .repeat()
                .indefinitely()
                .subscribe()
                .with(lost -> wakeUp.run());
    }

    void stop() {
        listening.cancel();
    }

    private Uni<Boolean> untilItIsLost(SqlConnection connection, Runnable wakeUp) {
        var lost = new CompletableFuture<Boolean>();
        connection.getDelegate().closeHandler(closed -> lost.complete(true));
        ((PgConnection) connection.getDelegate()).notificationHandler(notification -> wakeUp.run());
        return connection
                .query("LISTEN " + channel)
                .execute()
                .invoke(wakeUp)
                .chain(() -> Uni.createFrom().completionStage(lost))
                .onTermination()
                .call(connection::close);
    }
}
