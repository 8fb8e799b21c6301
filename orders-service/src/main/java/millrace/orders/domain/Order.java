package millrace.orders.domain;

import java.util.Optional;
import millrace.events.OrderState;

/**
 * An order as the rules know it.
 *
 * <p>The first transaction about an unknown order, for example a cancellation, makes an order without a state. It counts
 * refusals, so that the versions on {@code orders} have no gap, and a later {@code OrderPlaced} of that id fills it.
 *
 * @param version number of its events on {@code orders}
 * @param refunds number of its refunds, those on account included
 * @param customerId personal data, which is never published; {@code null} where none is known
 * @param state as on {@code order-state}; empty where nothing but refusals is known
 */
public record Order(String id, long version, int refunds, String customerId, Optional<OrderState> state) {
    /** An order of which nothing is known. */
    public static Order unknown(String id) {
        return new Order(id, 0, 0, null, Optional.empty());
    }

    /** Applies or refuses a transaction; both raise the version by one. */
    public Decision decide(Transaction transaction) {
        return OrderLifecycle.decide(new Transition(this, transaction));
    }

    /** Refuses a transaction whose id another transaction of its source has used with other content. */
    public Decision refuseReusedId(Transaction transaction) {
        var event = transaction.event();
        return new Transition(this, transaction)
                .refused("Event %s of source %s has been received before with other content: this one is not applied."
                        .formatted(ReasonList.quoted(event.eventId()), ReasonList.quoted(event.source())));
    }
}
