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
import java.util.stream.IntStream;
import millrace.orders.outage.Alarms;
import millrace.orders.outage.Outage;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Empties the outbox: a pass takes the oldest rows of a shard, as many as its number and bytes allow, sends them, and deletes
 * what the broker has confirmed, all in one transaction. A crash in between sends some of them again, with the same event ids.
 *
 * <p>No cursor over ids (a lower id may be committed after a higher one) and no skipping of locked rows (it would break
 * the order of a key): whoever holds the shard's advisory lock sends its rows, all others leave it alone. The lock ends
 * with the transaction, because a session's lock does not survive a pooler between here and PostgreSQL.
 *
 * <p>Shards do not wait for each other. While the broker is away the outbox fills, and the same rows are tried again ever
 * more slowly; a channel that alone cannot be written rests alone. A row that can never be sent is set aside with the later
 * ones of its key, and told of: see {@link SetAsideResource}.
 */
@ApplicationScoped
class OutboxRelay {
    /** A pass that takes longer is left alone at the end, and its rows are sent again after the next start. */
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

    /** Why a pass begins. */
    private enum WakeUp {
        POLL,
        NOTIFY,
        MORE
    }

    /** A generation that is rebuilt beside the live one sends nothing: its rows wait for the day on which it is live. */
    void start(@Observes StartupEvent event) {
        if (!shadow) {
            shards.forEach(ShardRelay::start);
            listener.listen(() -> shards.forEach(relay -> relay.wakeUps.emit(WakeUp.NOTIFY)));
        }
    }

    /** Lets the passes that are under way end; what is left waits in the table for the next start. */
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

    /** One shard: one pass at a time; however often it rings meanwhile, one more pass answers. */
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

        /** True where rows have left the shard, so that more may be waiting. */
        private Uni<Boolean> pass() {
            return Uni.createFrom().deferred(() -> {
                var taken = new AtomicReference<List<OutboxRow>>(List.of());
                return table.drain(shard, backoff.pausedChannels(), config.batch(), config.batchBytes(), rows -> {
                            taken.set(rows);
                            return send(rows);
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

        private Uni<OutboxSendResult> send(List<OutboxRow> rows) {
            return Uni.createFrom()
                    .item(Unchecked.supplier(() -> producer.send(shard, rows)))
                    .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
        }
    }
}
