package millrace.orders.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import millrace.orders.outage.Outage;
import millrace.orders.outbox.OutboxProducer.Sent;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Empties the outbox: a pass takes the oldest rows of each shard, sends them, and deletes what the broker has
 * confirmed, all in one transaction per shard. A crash in between sends some of them again, with the same event ids.
 *
 * <p>No cursor over ids (a lower id may be committed after a higher one) and no skipping of locked rows (it would break
 * the order of a key): whoever holds the shard's advisory lock sends its rows, all others leave it alone. The lock ends
 * with the transaction, because a session's lock does not survive a pooler between here and PostgreSQL.
 *
 * <p>While the broker is away the outbox fills, and the same rows are tried again ever more slowly.
 */
@ApplicationScoped
class OutboxRelay {
    /** A pass that takes longer is left alone at the end, and its rows are sent again after the next start. */
    private static final int LAST_PASS_SECONDS = 8;

    private final Vertx vertx;
    private final OutboxTable table;
    private final OutboxProducer producer;
    private final OutboxListener listener;
    private final LateSends lateSends;
    private final OutboxConfig config;
    private final boolean shadow;
    private final Outage outage = new Outage("The outbox cannot be emptied");
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile MultiEmitter<? super Ring> bell;

    OutboxRelay(
            Vertx vertx,
            OutboxTable table,
            OutboxProducer producer,
            OutboxListener listener,
            LateSends lateSends,
            OutboxConfig config,
            @ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.vertx = vertx;
        this.table = table;
        this.producer = producer;
        this.listener = listener;
        this.lateSends = lateSends;
        this.config = config;
        this.shadow = shadow;
    }

    /** Why a pass begins. */
    private enum Ring {
        POLL,
        COMMIT,
        MORE
    }

    /**
     * One pass at a time; however often it rings meanwhile, one more pass answers. A generation that is rebuilt beside the live
     * one sends nothing: its rows wait for the day on which it is live.
     */
    void start(@Observes StartupEvent event) {
        if (shadow) {
            return;
        }
        Multi.createFrom()
                .<Ring>emitter(this::hang, BackPressureStrategy.LATEST)
                .onItem()
                .transformToUniAndConcatenate(ring -> outage.outlast(pass(), failure -> true))
                .subscribe()
                .with(this::ringForMore, stopped::completeExceptionally, () -> stopped.complete(null));
    }

    /** Lets the pass that is under way end; what is left waits in the table for the next start. */
    void stop(@Observes ShutdownEvent event) {
        if (bell == null) {
            return;
        }
        listener.stop();
        bell.complete();
        stopped.completeOnTimeout(null, LAST_PASS_SECONDS, TimeUnit.SECONDS).join();
    }

    private void hang(MultiEmitter<? super Ring> emitter) {
        bell = emitter;
        listener.listen(() -> emitter.emit(Ring.COMMIT));
        long timer = vertx.setPeriodic(config.pollEvery().toMillis(), tick -> emitter.emit(Ring.POLL));
        emitter.onTermination(() -> vertx.cancelTimer(timer));
    }

    private void ringForMore(boolean more) {
        if (more) {
            bell.emit(Ring.MORE);
        }
    }

    /** True where some shard has sent as much as it may at once, so that more may be waiting. */
    private Uni<Boolean> pass() {
        return table.busyShards()
                .map(shards -> shards.stream().map(this::relay).toList())
                .chain(relays -> relays.isEmpty()
                        ? Uni.createFrom().item(false)
                        : Uni.join().all(relays).andCollectFailures().map(full -> full.contains(true)));
    }

    private Uni<Boolean> relay(int shard) {
        var taken = new AtomicReference<List<OutboxRow>>(List.of());
        return table.drain(shard, config.batch(), rows -> {
                    taken.set(rows);
                    return send(rows);
                })
                .onFailure()
                .call(() -> lateSends.mend(taken.get()))
                .chain(Sent::orFailure)
                .map(sent -> sent.confirmed().size() == config.batch());
    }

    private Uni<Sent> send(List<OutboxRow> rows) {
        return Uni.createFrom()
                .item(Unchecked.supplier(() -> producer.send(rows)))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }
}
