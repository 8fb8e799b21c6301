package millrace.orders.outbox;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import millrace.orders.outage.DatabaseFailure;
import millrace.orders.outage.Outage;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Repairs the effect of a process that lost its shard while it was sending: suspended and resumed, its producer sends
 * the records it still held, after newer ones of another process. On a compacted channel the older record would then be
 * the last. After the old records are out, the current state is published again.
 */
@ApplicationScoped
class ZombieSendRepair {
    private final Vertx vertx;
    private final Mutiny.SessionFactory database;
    private final OutboxProducer producer;
    private final StateRepublisher states;
    private final Outage outage = new Outage("The latest states cannot be published again");

    ZombieSendRepair(Vertx vertx, Mutiny.SessionFactory database, OutboxProducer producer, StateRepublisher states) {
        this.vertx = vertx;
        this.database = database;
        this.producer = producer;
        this.states = states;
    }

    /** Orders that one transaction republishes. */
    private static final int PART_SIZE = 10;

    /**
     * Waits for all sends of the shard, and then publishes the latest state of the rows' keys. Retries while the
     * database is unavailable; other failures are left to the caller.
     */
    Uni<Void> republishLatest(int shard, List<OutboxRow> rows) {
        if (rows.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var messages = rows.stream().map(OutboxRow::message).toList();
        return Uni.createFrom()
                .voidItem()
                .invoke(() -> producer.flush(shard))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .chain(() -> republishInParts(messages));
    }

    private Uni<Void> republishInParts(List<OutboxMessage> messages) {
        var republished = Uni.createFrom().voidItem();
        for (int start = 0; start < messages.size(); start += PART_SIZE) {
            var part = messages.subList(start, Math.min(start + PART_SIZE, messages.size()));
            republished = republished.chain(() -> republishInOwnContext(part));
        }
        return republished;
    }

    /** Runs the work in a Vert.x context of its own, which Hibernate Reactive needs. */
    private Uni<Void> republishInOwnContext(List<OutboxMessage> messages) {
        var context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(context, true);
        return Uni.createFrom()
                .emitter(done -> context.runOnContext(ignored -> outage.retryUntilAvailable(
                                database.withStatelessTransaction(session -> states.republish(session, messages)),
                                DatabaseFailure::isOutage)
                        .subscribe()
                        .with(done::complete, done::fail)));
    }
}
