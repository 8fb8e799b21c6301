package millrace.orders;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.events.TransactionEvent;
import millrace.orders.deadletter.DeadLetters;
import millrace.orders.outbox.Outbox;
import org.hibernate.reactive.mutiny.Mutiny;

/** The order book with a fault: it fails at every record of an order that is called so. */
@Alternative
@Priority(1)
@Singleton
class FaultyOrderBook extends OrderBook {
    static final String FATAL = "shop/fatal";

    FaultyOrderBook(DeadLetters deadLetters, Outbox outbox) {
        super(deadLetters, outbox);
    }

    @Override
    Uni<Batch> enter(Mutiny.StatelessSession session, List<Arrival> arrivals) {
        return arrivals.stream()
                        .flatMap(arrival -> arrival.event().stream())
                        .map(TransactionEvent::orderId)
                        .anyMatch(FATAL::equals)
                ? super.enter(session, arrivals).invoke(batch -> {
                    throw new IndexOutOfBoundsException("an own fault");
                })
                : super.enter(session, arrivals);
    }
}
