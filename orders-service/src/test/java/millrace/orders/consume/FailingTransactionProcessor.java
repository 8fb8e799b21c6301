package millrace.orders.consume;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.events.TransactionEvent;
import millrace.orders.deadletter.DeadLetters;
import millrace.orders.outbox.Outbox;
import org.hibernate.reactive.mutiny.Mutiny;

/** A processor that fails at every record of one order. */
@Alternative
@Priority(1)
@Singleton
class FailingTransactionProcessor extends TransactionProcessor {
    static final String FATAL = "shop/fatal";

    FailingTransactionProcessor(DeadLetters deadLetters, Outbox outbox) {
        super(deadLetters, outbox);
    }

    @Override
    Uni<TransactionBatch> process(Mutiny.StatelessSession session, List<InboundRecord> records) {
        return records.stream()
                        .flatMap(record -> record.event().stream())
                        .map(TransactionEvent::orderId)
                        .anyMatch(FATAL::equals)
                ? super.process(session, records).invoke(batch -> {
                    throw new IndexOutOfBoundsException("an own fault");
                })
                : super.process(session, records);
    }
}
