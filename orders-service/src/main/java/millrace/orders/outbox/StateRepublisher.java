package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Publishes the current state of keys again, for consumers that use the last record of a key. */
public interface StateRepublisher {
    /** Adds the current state of each key of a compacted channel among the messages to the outbox. */
    Uni<Void> republish(Mutiny.StatelessSession session, List<OutboxMessage> messages);
}
