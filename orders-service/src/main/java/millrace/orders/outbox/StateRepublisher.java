package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Says once more how things stand, for readers that go by the last record of a key. */
public interface StateRepublisher {
    /** Adds what is so now to the outbox, for each key of a compacted channel among the messages. */
    Uni<Void> republish(Mutiny.StatelessSession session, List<OutboxMessage> messages);
}
