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
    private final LateSends lateSends;
    private final OutboxConfig config;
    private final boolean shadow;
    private final List<Lane> lanes;

    OutboxRelay(
            Vertx vertx,
            OutboxTable table,
            OutboxProducer producer,
            OutboxListener listener,
            LateSends lateSends,
            OutboxConfig config,
            Alarms alarms,
            @ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.vertx = vertx;
        this.table = table;
        this.producer = producer;
        this.listener = listener;
        this.lateSends = lateSends;
        this.config = config;
        this.shadow = shadow;
        this.lanes = IntStream.range(0, Outbox.SHARDS)
                .mapToObj(shard -> new Lane(shard, new RestingChannels(shard, alarms)))
                .toList();
    }

    /** Why a pass begins. */
    private enum Ring {
        POLL,
        COMMIT,
        MORE
    }

    /** A generation that is rebuilt beside the live one sends nothing: its rows wait for the day on which it is live. */
    void start(@Observes StartupEvent event) {
        if (!shadow) {
            lanes.forEach(Lane::start);
            listener.listen(() -> lanes.forEach(lane -> lane.bell.emit(Ring.COMMIT)));
        }
    }

    /** Lets the passes that are under way end; what is left waits in the table for the next start. */
    void stop(@Observes ShutdownEvent event) {
        if (!shadow) {
            listener.stop();
            lanes.forEach(lane -> lane.bell.complete());
            var stopped = lanes.stream().map(lane -> lane.stopped).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(stopped)
                    .completeOnTimeout(null, LAST_PASS_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }

    /** One shard: one pass at a time; however often it rings meanwhile, one more pass answers. */
    private final class Lane {
        private final int shard;
        private final RestingChannels resting;
        private final Outage outage;
        private final CompletableFuture<Void> stopped = new CompletableFuture<>();
        private volatile MultiEmitter<? super Ring> bell;

        Lane(int shard, RestingChannels resting) {
            this.shard = shard;
            this.resting = resting;
            this.outage = new Outage("Shard " + shard + " of the outbox cannot be emptied");
        }

        void start() {
            Multi.createFrom()
                    .<Ring>emitter(this::hang, BackPressureStrategy.LATEST)
                    .onItem()
                    .transformToUniAndConcatenate(ring -> outage.outlast(pass(), failure -> true))
                    .subscribe()
                    .with(this::ringForMore, stopped::completeExceptionally, () -> stopped.complete(null));
        }

        private void hang(MultiEmitter<? super Ring> emitter) {
            bell = emitter;
            long timer = vertx.setPeriodic(config.pollEvery().toMillis(), tick -> emitter.emit(Ring.POLL));
            emitter.onTermination(() -> vertx.cancelTimer(timer));
        }

        private void ringForMore(boolean progress) {
            if (progress) {
                bell.emit(Ring.MORE);
            }
        }

        /** True where rows have left the shard, so that more may be waiting. */
        private Uni<Boolean> pass() {
            return Uni.createFrom().deferred(() -> {
                var taken = new AtomicReference<List<OutboxRow>>(List.of());
                return table.drain(shard, resting.now(), config.batch(), config.batchBytes(), rows -> {
                            taken.set(rows);
                            return send(rows);
                        })
                        .onFailure()
                        .call(() -> lateSends.mend(shard, taken.get()))
                        .invoke(sent -> note(taken.get(), sent))
                        .map(sent ->
                                !sent.confirmed().isEmpty() || !sent.refused().isEmpty());
            });
        }

        private void note(List<OutboxRow> rows, Sent sent) {
            sent.failed().forEach((channel, failure) -> {
                resting.failed(channel, failure);
                producer.replace(shard, failure);
            });
            rows.stream()
                    .filter(row -> sent.confirmed().contains(row.id()))
                    .map(row -> row.message().channel())
                    .filter(channel -> !sent.failed().containsKey(channel))
                    .distinct()
                    .forEach(resting::works);
        }

        private Uni<Sent> send(List<OutboxRow> rows) {
            return Uni.createFrom()
                    .item(Unchecked.supplier(() -> producer.send(shard, rows)))
                    .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
        }
    }
}
