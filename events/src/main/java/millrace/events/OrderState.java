package millrace.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * State of an order without personal data. Channel {@code order-state}, keyed by order id, compacted: the highest
 * version wins, and consumers can rebuild the current orders from it.
 *
 * @param version of the event on {@code orders} that changed it last; refusals have versions too, and change nothing
 * @param totalMinor amount that the customer is charged, in the currency's minor unit; 0 for a refund on account
 * @param refundedMinor amount that was paid back so far, in the same unit
 * @param charges besides the lines; {@code null} where there are none
 * @param discrepancies of an order that the customer had paid already and that does not add up, a sentence each
 * @param reasons of its rejection or cancellation; empty otherwise
 * @param placedAt time at which it was placed; for a refund on account the time of the refund
 * @param changedAt time of the latest event that changed it
 */
public record OrderState(
        String orderId,
        long version,
        Status status,
        String country,
        String currency,
        long totalMinor,
        long refundedMinor,
        List<OrderLine> lines,
        Charges charges,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> discrepancies,
        List<String> reasons,
        Instant placedAt,
        Instant changedAt) {
    public OrderState {
        discrepancies = discrepancies == null ? List.of() : discrepancies;
    }

    /** An order that adds up and has no charges besides its lines. */
    public OrderState(
            String orderId,
            long version,
            Status status,
            String country,
            String currency,
            long totalMinor,
            long refundedMinor,
            List<OrderLine> lines,
            List<String> reasons,
            Instant placedAt,
            Instant changedAt) {
        this(
                orderId,
                version,
                status,
                country,
                currency,
                totalMinor,
                refundedMinor,
                lines,
                null,
                List.of(),
                reasons,
                placedAt,
                changedAt);
    }

    /** Status of an order in its lifecycle. */
    public enum Status {
        @JsonProperty("accepted")
        ACCEPTED,
        @JsonProperty("rejected")
        REJECTED,
        @JsonProperty("paid")
        PAID,
        @JsonProperty("shipped")
        SHIPPED,
        @JsonProperty("delivered")
        DELIVERED,
        @JsonProperty("cancelled")
        CANCELLED,
        /** All that was paid has been paid back. */
        @JsonProperty("refunded")
        REFUNDED,
        /** Money was paid back for an order that is unknown. */
        @JsonProperty("on-account")
        ON_ACCOUNT,
        /** Never on the channel: a tombstone replaces the state. */
        @JsonProperty("erased")
        ERASED
    }
}
