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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import millrace.orders.outage.Alarms;
import millrace.orders.outage.Outage;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes the outbox: a pass reads the oldest rows of a shard, up to a number and size, sends them, and deletes those
 * that the broker has confirmed, in one transaction. After a crash some of them are sent again, with the same event
 * ids.
 *
 * <p>It uses no cursor over ids (a lower id may be committed after a higher one) and does not skip locked rows (which
 * would break the sequence of a key): the holder of the shard's advisory lock sends its rows. The lock belongs to the
 * transaction, because a session's lock does not survive a connection pooler.
 *
 * <p>Shards do not wait for each other. While the broker is unavailable the outbox grows, and rows are retried with a
 * growing pause; a single channel that cannot be written is paused alone. A row that can never be sent is set aside
 * with the later rows of its key, and raises an alarm: see {@link SetAsideResource}.
 */
@ApplicationScoped
class OutboxRelay {
    /** Limit for the last pass at shutdown; the rows of a longer one are sent again after the next start. */
    private static final int LAST_PASS_SECONDS = 8;

    private final Vertx vertx;
    private final OutboxTable table;
    private final OutboxProducer producer;
    private final OutboxListener listener;
    private final ZombieSendRepair repair;
    private final OutboxConfig config;
    private final boolean shadow;
    private final List<ShardRelay> shards;

    OutboxRelay(
            Vertx vertx,
            OutboxTable table,
            OutboxProducer producer,
            OutboxListener listener,
            ZombieSendRepair repair,
            OutboxConfig config,
            Alarms alarms,
            @ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.vertx = vertx;
        this.table = table;
        this.producer = producer;
        this.listener = listener;
        this.repair = repair;
        this.config = config;
        this.shadow = shadow;
        this.shards = IntStream.range(0, Outbox.SHARDS)
                .mapToObj(shard -> new ShardRelay(shard, new ChannelBackoff(shard, alarms)))
                .toList();
    }

    /** Cause of a pass. */
    private enum WakeUp {
        POLL,
        NOTIFY,
        MORE
    }

    /**
     * Starts the relay, except in a generation that is being rebuilt beside the live one: its rows wait until it is
     * live.
     */
    void start(@Observes StartupEvent event) {
        if (!shadow) {
            shards.forEach(ShardRelay::start);
            listener.listen(() -> shards.forEach(relay -> relay.wakeUps.emit(WakeUp.NOTIFY)));
        }
    }

    /** Waits for the current passes; rows that are left are sent after the next start. */
    void stop(@Observes ShutdownEvent event) {
        if (!shadow) {
            listener.stop();
            shards.forEach(relay -> relay.wakeUps.complete());
            var stopped = shards.stream().map(relay -> relay.stopped).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(stopped)
                    .completeOnTimeout(null, LAST_PASS_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }

    /** The relay of one shard: one pass at a time, and one more for any number of wake-ups in between. */
    private final class ShardRelay {
        private final int shard;
        private final ChannelBackoff backoff;
        private final Outage outage;
        private final CompletableFuture<Void> stopped = new CompletableFuture<>();
        private volatile MultiEmitter<? super WakeUp> wakeUps;

        ShardRelay(int shard, ChannelBackoff backoff) {
            this.shard = shard;
            this.backoff = backoff;
            this.outage = new Outage("Shard " + shard + " of the outbox cannot be emptied");
        }

        void start() {
            Multi.createFrom()
                    .<WakeUp>emitter(this::subscribe, BackPressureStrategy.LATEST)
                    .onItem()
                    .transformToUniAndConcatenate(wakeUp -> outage.retryUntilAvailable(pass(), failure -> true))
                    .subscribe()
                    .with(this::wakeUpForMore, stopped::completeExceptionally, () -> stopped.complete(null));
        }

        private void subscribe(MultiEmitter<? super WakeUp> emitter) {
            wakeUps = emitter;
            long timer = vertx.setPeriodic(config.pollEvery().toMillis(), tick -> emitter.emit(WakeUp.POLL));
            emitter.onTermination(() -> vertx.cancelTimer(timer));
        }

        private void wakeUpForMore(boolean progress) {
            if (progress) {
                wakeUps.emit(WakeUp.MORE);
            }
        }

        /** Returns true if rows have left the shard, because more may wait. */
        private Uni<Boolean> pass() {
            return Uni.createFrom().deferred(() -> {
                var taken = new AtomicReference<List<OutboxRow>>(List.of());
                return table.drain(shard, backoff.pausedChannels(), config.batch(), config.batchBytes(), (rows, at) -> {
                            taken.set(rows);
                            return send(rows, at);
                        })
                        .onFailure()
                        .call(() -> repair.republishLatest(shard, taken.get()))
                        .invoke(result -> recordOutcome(taken.get(), result))
                        .map(result -> !result.confirmed().isEmpty()
                                || !result.refused().isEmpty());
            });
        }

        private void recordOutcome(List<OutboxRow> rows, OutboxSendResult result) {
            result.failed().forEach((channel, failure) -> {
                backoff.failed(channel, failure);
                producer.replace(shard, failure);
            });
            rows.stream()
                    .filter(row -> result.confirmed().contains(row.id()))
                    .map(row -> row.message().channel())
                    .filter(channel -> !result.failed().containsKey(channel))
                    .distinct()
                    .forEach(backoff::succeeded);
        }

        private Uni<OutboxSendResult> send(List<OutboxRow> rows, Instant at) {
            return Uni.createFrom()
                    .item(Unchecked.supplier(() -> producer.send(shard, rows, at)))
                    .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
        }
    }
}
