package millrace.orders.deadletter;

import io.smallrye.mutiny.Uni;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** What a consumer does with a record that was dead or parked, in a transaction that is not its own. */
public interface RedriveTarget {
    /** @return why it can still not be applied; empty where it is applied now, or was before */
    Uni<Optional<String>> apply(Mutiny.StatelessSession session, DeadLetter record);

    /** Tells the dead-letter channel of a record that was parked and turns out to be one that cannot be applied. */
    Uni<Void> publish(Mutiny.StatelessSession session, DeadLetter record, String reason);
}
