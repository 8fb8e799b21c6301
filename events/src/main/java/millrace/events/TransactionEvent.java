package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * What happened to an order in the world, or is asked of it. Channel {@code transactions}, keyed by order id: all that
 * can change an order is here, whoever says it. Its form is checked; whether it is granted is for the orders service to
 * say.
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
     * Bytes of the largest value on the channel: the edge accepts no larger one, and every reader takes one of this size.
     */
    int LARGEST = 300 * 1024;

    /** The order it is about, as {@link #orderId(String, String)} makes it, and the channel's key. */
    String orderId();

    /**
     * An order's id on every channel: the name of the source whose order it is, a slash, and that source's own number. Two
     * shops may both have an order 1, and an import's order is its shop's.
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
     * @param visitor whose clicks led to it: the key of {@code clicks}, personal data; {@code null} where nobody knows
     * @param country as the shop writes it, for example {@code "United Kingdom"}; {@code null} where unknown
     * @param currency ISO 4217 code of every amount in it
     * @param totalMinor what the customer is charged, in the currency's minor unit; {@code null} where the shop left
     *     the sum to the lines
     * @param paid true where the customer has paid it already: the total then holds, and what does not add up to it is
     *     recorded; {@code null} is no
     * @param charges what is charged or taken off besides the lines; {@code null} where nothing is
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
        /** An order with no charges besides its lines. */
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
     * Something else is to be delivered.
     *
     * @param lines all of them, not only those that differ
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

    /** @param amountMinor what the customer has paid, in the currency's minor unit */
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
     * @param currency {@code null} where the shop says that the order is refunded and not how much: all that is left of it
     * @param amountMinor what is to be paid back, in the currency's minor unit; 0 where there is no currency
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

    /** Whose order it was is to be forgotten, and what was in it. */
    record ErasureRequested(String eventId, String source, String orderId, Instant timestamp, Instant receivedAt)
            implements TransactionEvent {}
}
