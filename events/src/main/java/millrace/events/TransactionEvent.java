package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * A request or a report about an order. Channel {@code transactions}, keyed by order id: it contains every cause of a
 * change of an order, from any sender. The sender is responsible for the form; the orders service decides if the
 * transaction is applied.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(TransactionEvent.OrderPlaced.class),
    @JsonSubTypes.Type(TransactionEvent.UnreadableOrderReported.class),
    @JsonSubTypes.Type(TransactionEvent.ChangeRequested.class),
    @JsonSubTypes.Type(TransactionEvent.PaymentReceived.class),
    @JsonSubTypes.Type(TransactionEvent.ShipmentReported.class),
    @JsonSubTypes.Type(TransactionEvent.DeliveryReported.class),
    @JsonSubTypes.Type(TransactionEvent.RefundRequested.class),
    @JsonSubTypes.Type(TransactionEvent.CancellationRequested.class),
    @JsonSubTypes.Type(TransactionEvent.ErasureRequested.class)
})
public sealed interface TransactionEvent extends SourcedEvent {
    /**
     * Bytes of the largest value on the channel: the edge accepts no larger one, and every consumer accepts one of this
     * size.
     */
    int LARGEST = 300 * 1024;

    /** The order's id, as made by {@link #orderId(String, String)}; the channel's key. */
    String orderId();

    /**
     * Makes an order's id, which is the same on every channel: name of the source, a slash, and the source's own number
     * of the order. Two shops may both have an order 1; an import's orders belong to its shop.
     *
     * @param source a source's name, with or without an import after a slash
     * @param number as the shop writes it
     */
    static String orderId(String source, String number) {
        int slash = source.indexOf('/');
        return (slash < 0 ? source : source.substring(0, slash)) + "/" + number;
    }

    /**
     * @param customerId personal data; {@code null} for a guest
     * @param visitor whose clicks led to it: the key of {@code clicks}, personal data; {@code null} where it is unknown
     * @param country as the shop writes it, for example {@code "United Kingdom"}; {@code null} where unknown
     * @param currency ISO 4217 code of every amount in it
     * @param totalMinor amount that the customer is charged, in the currency's minor unit; {@code null} where the shop
     *     left the sum to the lines
     * @param paid true where the customer has paid it already: the total then holds, and discrepancies are recorded;
     *     {@code null} is no
     * @param charges besides the lines; {@code null} where there are none
     */
    record OrderPlaced(
            String eventId,
            String source,
            String orderId,
            String customerId,
            String visitor,
            String country,
            String currency,
            Long totalMinor,
            Boolean paid,
            List<OrderLine> lines,
            Charges charges,
            Instant timestamp,
            Instant receivedAt)
            implements TransactionEvent {
        /** An order without charges besides its lines. */
        public OrderPlaced(
                String eventId,
                String source,
                String orderId,
                String customerId,
                String visitor,
                String country,
                String currency,
                Long totalMinor,
                Boolean paid,
                List<OrderLine> lines,
                Instant timestamp,
                Instant receivedAt) {
            this(
                    eventId,
                    source,
                    orderId,
                    customerId,
                    visitor,
                    country,
                    currency,
                    totalMinor,
                    paid,
                    lines,
                    null,
                    timestamp,
                    receivedAt);
        }
    }

    /**
     * A shop has reported an order that the edge cannot read. Orders dead-letters it, so that it is seen, corrected and
     * redriven: the shop's customer may have paid.
     *
     * @param faults every fault that was found, a sentence each
     * @param original the message as its sender wrote it, personal data included
     */
    record UnreadableOrderReported(
            String eventId,
            String source,
            String orderId,
            String customerId,
            String visitor,
            List<String> faults,
            String original,
            Instant timestamp,
            Instant receivedAt)
            implements TransactionEvent {}

    /**
     * Other products are to be delivered.
     *
     * @param lines all lines, not only those that differ
     */
    record ChangeRequested(
            String eventId,
            String source,
            String orderId,
            String customerId,
            String currency,
            Long totalMinor,
            List<OrderLine> lines,
            Instant timestamp,
            Instant receivedAt)
            implements TransactionEvent {}

    /** @param amountMinor amount that the customer has paid, in the currency's minor unit */
    record PaymentReceived(
            String eventId,
            String source,
            String orderId,
            String currency,
            long amountMinor,
            Instant timestamp,
            Instant receivedAt)
            implements TransactionEvent {}

    /** The sender reports that the order is on its way to the customer. */
    record ShipmentReported(String eventId, String source, String orderId, Instant timestamp, Instant receivedAt)
            implements TransactionEvent {}

    /** The sender reports that the customer has received the order. */
    record DeliveryReported(String eventId, String source, String orderId, Instant timestamp, Instant receivedAt)
            implements TransactionEvent {}

    /**
     * @param currency {@code null} where the shop names no amount and refunds all that is left of the order
     * @param amountMinor amount to be paid back, in the currency's minor unit; 0 where there is no currency
     */
    record RefundRequested(
            String eventId,
            String source,
            String orderId,
            String customerId,
            String country,
            String currency,
            long amountMinor,
            Instant timestamp,
            Instant receivedAt)
            implements TransactionEvent {}

    record CancellationRequested(
            String eventId, String source, String orderId, String reason, Instant timestamp, Instant receivedAt)
            implements TransactionEvent {}

    /** The order's customer and content are to be erased. */
    record ErasureRequested(String eventId, String source, String orderId, Instant timestamp, Instant receivedAt)
            implements TransactionEvent {}
}
