package millrace.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * A decision about an order: one event for each transaction that was applied or refused. Channel {@code orders}, keyed
 * by order id; the versions of one order are 1, 2, 3 … without a gap.
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

    /** Grows by one with each event of the order: a consumer that has seen a higher one ignores this. */
    long version();

    /** Id of the transaction event that this one results from. */
    String causedBy();

    /**
     * @param totalMinor amount that the customer is charged, in the currency's minor unit
     * @param paid true where the customer has paid it already; {@code null} is no
     * @param charges besides the lines; {@code null} where there are none
     * @param discrepancies of an order that the customer had paid already and that does not add up, a sentence each
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

        /** An order that adds up and has no charges besides its lines. */
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

    /** @param amountMinor the whole amount due, in the currency's minor unit */
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

    /** The order is on its way to the customer. */
    record OrderShipped(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    /** The customer has received the order. */
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
     * @param amountMinor amount that was paid back this time, in the currency's minor unit
     * @param onAccount true where the order is unknown: the money is owed to the customer all the same
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
     * @param totalMinor total of the order, in the currency's minor unit
     * @param refundedMinor amount that is paid back with it: all that was paid and not yet paid back, in the same unit;
     *     0 where nothing was paid, and then the order was never revenue
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

    /** The order's data was erased; on {@code order-state} a tombstone replaces its state. */
    record OrderErased(
            String eventId,
            String orderId,
            long version,
            String causedBy,
            String source,
            Instant timestamp,
            Instant receivedAt)
            implements OrderEvent {}

    /** A transaction was refused: the order stays as it was. */
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
