package millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/**
 * What a customer or a shop asks of an order. Channel {@code transactions}, keyed by order id. The edge has checked the
 * form; whether it is granted is for the orders service to say.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(TransactionEvent.OrderPlaced.class),
    @JsonSubTypes.Type(TransactionEvent.ChangeRequested.class),
    @JsonSubTypes.Type(TransactionEvent.RefundRequested.class),
    @JsonSubTypes.Type(TransactionEvent.CancellationRequested.class)
})
public sealed interface TransactionEvent extends SourcedEvent {
    /** The order it is about, and the channel's key. */
    String orderId();

    /**
     * @param customerId personal data; {@code null} for a guest
     * @param country as the shop writes it, for example {@code "United Kingdom"}; {@code null} where unknown
     * @param currency ISO 4217 code of every amount in it
     * @param totalMinor what the customer was charged, in the currency's minor unit; {@code null} where the shop left
     *     the sum to the lines
     */
    record OrderPlaced(
            String eventId,
            String source,
            String orderId,
            String customerId,
            String country,
            String currency,
            Long totalMinor,
            List<OrderLine> lines,
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

    /** @param amountMinor what is to be paid back, in the currency's minor unit */
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
}
