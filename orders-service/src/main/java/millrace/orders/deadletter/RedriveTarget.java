package millrace.orders.deadletter;

import io.smallrye.mutiny.Uni;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Applies redriven records, in the caller's transaction. */
public interface RedriveTarget {
    /** @return why it still cannot be applied; empty where it is applied now, or has been before */
    Uni<Optional<String>> apply(Mutiny.StatelessSession session, DeadLetter record);

    /** Publishes a record to the dead-letter channel that was parked and turns out to be dead. */
    Uni<Void> publish(Mutiny.StatelessSession session, DeadLetter record, String reason);
}
