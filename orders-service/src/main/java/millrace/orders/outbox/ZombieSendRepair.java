package millrace.orders.outbox;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import millrace.orders.outage.BackgroundWork;
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
    /** Orders that one transaction republishes. */
    private static final int PART_SIZE = 10;

    private final BackgroundWork background;
    private final Mutiny.SessionFactory database;
    private final OutboxProducer producer;
    private final StateRepublisher states;
    private final Outage outage = new Outage("The latest states cannot be published again");

    ZombieSendRepair(
            BackgroundWork background,
            Mutiny.SessionFactory database,
            OutboxProducer producer,
            StateRepublisher states) {
        this.background = background;
        this.database = database;
        this.producer = producer;
        this.states = states;
    }

    /**
     * Waits for all sends of the shard, and then publishes the latest state of the rows' keys. Blocks, and retries
     * while the database is unavailable; other failures are left to the caller.
     */
    void republishLatest(int shard, List<OutboxRow> rows) {
        producer.flush(shard);
        var messages = rows.stream().map(OutboxRow::message).toList();
        background.await(() -> Multi.createFrom()
                .iterable(messages)
                .group()
                .intoLists()
                .of(PART_SIZE)
                .onItem()
                .call(this::republish)
                .onItem()
                .ignoreAsUni());
    }

    private Uni<Void> republish(List<OutboxMessage> messages) {
        return outage.retryUntilAvailable(
                database.withStatelessTransaction(session -> states.republish(session, messages)),
                DatabaseFailure::isOutage);
    }
}
