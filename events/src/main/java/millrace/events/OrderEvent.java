package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * What became of an order: one event for each transaction that was applied or refused. Channel {@code orders}, keyed by
 * order id; the versions of one order are 1, 2, 3 … without a gap.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(OrderEvent.OrderAccepted.class),
    @JsonSubTypes.Type(OrderEvent.OrderRejected.class),
    @JsonSubTypes.Type(OrderEvent.OrderRefunded.class),
    @JsonSubTypes.Type(OrderEvent.OrderCancelled.class),
    @JsonSubTypes.Type(OrderEvent.TransitionRefused.class)
})
public sealed interface OrderEvent extends SourcedEvent {
    String orderId();

    /** Grows by one with each event of the order: a reader that has seen a higher one ignores this. */
    long version();

    /** Id of the transaction event that this follows from. */
    String causedBy();

    /** @param totalMinor sum of the lines, in the currency's minor unit */
    record OrderAccepted(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            String country,
            String currency,
            long totalMinor,
            List<OrderLine> lines,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    /** @param reasons every fault that was found, a sentence each */
    record OrderRejected(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            List<String> reasons,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    /**
     * @param amountMinor what was paid back this time, in the currency's minor unit
     * @param onAccount true where no such order is known: the money is owed to the customer all the same
     */
    record OrderRefunded(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            String country,
            String currency,
            long amountMinor,
            boolean onAccount,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    record OrderCancelled(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            String country,
            String currency,
            long totalMinor,
            String reason,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    /** The order stays as it was. */
    record TransitionRefused(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            String reason,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}
}
