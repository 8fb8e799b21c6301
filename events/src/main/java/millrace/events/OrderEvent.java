package millrace.events;

import com.fasterxml.jackson.annotation.JsonInclude;
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
    @JsonSubTypes.Type(OrderEvent.OrderPaid.class),
    @JsonSubTypes.Type(OrderEvent.OrderShipped.class),
    @JsonSubTypes.Type(OrderEvent.OrderDelivered.class),
    @JsonSubTypes.Type(OrderEvent.OrderRefunded.class),
    @JsonSubTypes.Type(OrderEvent.OrderCancelled.class),
    @JsonSubTypes.Type(OrderEvent.OrderErased.class),
    @JsonSubTypes.Type(OrderEvent.TransitionRefused.class)
})
public sealed interface OrderEvent extends SourcedEvent {
    String orderId();

    /** Grows by one with each event of the order: a reader that has seen a higher one ignores this. */
    long version();

    /** Id of the transaction event that this follows from. */
    String causedBy();

    /**
     * @param totalMinor what the customer is charged, in the currency's minor unit
     * @param paid true where the customer has paid it already; {@code null} is no
     * @param charges what is charged besides the lines; {@code null} where nothing is
     * @param discrepancies what does not add up in an order that the customer had paid already, a sentence each
     */
    record OrderAccepted(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            String country,
            String currency,
            long totalMinor,
            Boolean paid,
            List<OrderLine> lines,
            Charges charges,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> discrepancies,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {
        public OrderAccepted {
            discrepancies = discrepancies == null ? List.of() : discrepancies;
        }

        /** An order with no charges besides its lines, which adds up. */
        public OrderAccepted(
                String eventId,
                String orderId,
                long version,
                String causedBy,
                String source,
                String country,
                String currency,
                long totalMinor,
                Boolean paid,
                List<OrderLine> lines,
                Instant timestamp,
                Instant receivedAt) {
            this(
                    eventId,
                    orderId,
                    version,
                    causedBy,
                    source,
                    country,
                    currency,
                    totalMinor,
                    paid,
                    lines,
                    null,
                    List.of(),
                    timestamp,
                    receivedAt);
        }
    }

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

    /** @param amountMinor all that was due, in the currency's minor unit */
    record OrderPaid(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            String country,
            String currency,
            long amountMinor,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    /** It is on its way. */
    record OrderShipped(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    /** The customer has it. */
    record OrderDelivered(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
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

    /**
     * @param totalMinor what the order was worth, in the currency's minor unit
     * @param refundedMinor what is paid back with it: all that was paid and not yet paid back, in the same unit; 0 where
     *     nothing was paid, and then the order was never revenue
     * @param units on its lines
     */
    record OrderCancelled(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            String country,
            String currency,
            long totalMinor,
            long refundedMinor,
            long units,
            String reason,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    /** Nothing is kept of it but that it was; on {@code order-state} a tombstone stands for it. */
    record OrderErased(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
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
