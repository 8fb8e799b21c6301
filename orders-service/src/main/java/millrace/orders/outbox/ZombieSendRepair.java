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
 * Mends what a process may have done that lost its shard in the middle of sending: suspended and woken up, its producer sends
 * what it still held, after what another process has sent since. On a compacted channel the older record would then be the one
 * that stays. When all of it is out, what is so now goes out after it.
 */
@ApplicationScoped
class ZombieSendRepair {
    private final Vertx vertx;
    private final Mutiny.SessionFactory database;
    private final OutboxProducer producer;
    private final StateRepublisher states;
    private final Outage outage = new Outage("What was sent late cannot be put right");

    ZombieSendRepair(Vertx vertx, Mutiny.SessionFactory database, OutboxProducer producer, StateRepublisher states) {
        this.vertx = vertx;
        this.database = database;
        this.producer = producer;
        this.states = states;
    }

    /** Orders that are restated in one transaction. */
    private static final int PART_SIZE = 10;

    /** Waits as long as the database is away; an own fault is left to the caller. */
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

    /** Hibernate Reactive wants a context of its own for each piece of work. */
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
