package millrace.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * A whole order without personal data. Channel {@code order-state}, keyed by order id, compacted: the highest version
 * wins, and anyone can rebuild the current orders from it.
 *
 * @param version of the event on {@code orders} that changed it last; refusals have versions too, and change nothing
 * @param totalMinor what the customer is charged, in the currency's minor unit; 0 for a refund on account
 * @param refundedMinor what was paid back so far, in the same unit
 * @param charges what is charged besides the lines; {@code null} where nothing is
 * @param discrepancies what does not add up in an order that the customer had paid already, a sentence each
 * @param reasons why it was rejected or cancelled; empty otherwise
 * @param placedAt time at which it was placed; of a refund on account the refund's
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

    /** An order with no charges besides its lines, which adds up. */
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

    /** Where an order stands. */
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
        /** All that was paid is paid back. */
        @JsonProperty("refunded")
        REFUNDED,
        /** Money paid back for an order that nobody here has seen. */
        @JsonProperty("on-account")
        ON_ACCOUNT,
        /** Never on the channel: a tombstone stands for it. */
        @JsonProperty("erased")
        ERASED
    }
}
