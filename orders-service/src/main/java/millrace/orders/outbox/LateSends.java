package millrace.orders.outbox;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import millrace.orders.outage.DatabaseRefusal;
import millrace.orders.outage.Outage;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Mends what a process may have done that lost its shard in the middle of sending: suspended and woken up, its producer sends
 * what it still held, after what another process has sent since. On a compacted channel the older record would then be the one
 * that stays. When all of it is out, what is so now goes out after it.
 */
@ApplicationScoped
class LateSends {
    private final Vertx vertx;
    private final Mutiny.SessionFactory database;
    private final OutboxProducer producer;
    private final Restating restating;
    private final Outage outage = new Outage("What was sent late cannot be put right");

    LateSends(Vertx vertx, Mutiny.SessionFactory database, OutboxProducer producer, Restating restating) {
        this.vertx = vertx;
        this.database = database;
        this.producer = producer;
        this.restating = restating;
    }

    /** Orders that are restated in one transaction. */
    private static final int PART = 10;

    /** Waits as long as the database is away; an own fault is left to the caller. */
    Uni<Void> mend(int shard, List<OutboxRow> rows) {
        if (rows.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var messages = rows.stream().map(OutboxRow::message).toList();
        return Uni.createFrom()
                .voidItem()
                .invoke(() -> producer.flush(shard))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .chain(() -> inParts(messages));
    }

    private Uni<Void> inParts(List<OutboxMessage> messages) {
        var mended = Uni.createFrom().voidItem();
        for (int start = 0; start < messages.size(); start += PART) {
            var part = messages.subList(start, Math.min(start + PART, messages.size()));
            mended = mended.chain(() -> inContext(part));
        }
        return mended;
    }

    /** Hibernate Reactive wants a context of its own for each piece of work. */
    private Uni<Void> inContext(List<OutboxMessage> messages) {
        var context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(context, true);
        return Uni.createFrom()
                .emitter(done -> context.runOnContext(ignored -> outage.outlast(
                                database.withStatelessTransaction(session -> restating.restate(session, messages)),
                                DatabaseRefusal::isOutage)
                        .subscribe()
                        .with(done::complete, done::fail)));
    }
}
