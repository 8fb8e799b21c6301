package millrace.events;

import java.time.Instant;

/**
 * An accepted order and the visit that led to it: the visitor's last one that began before the order was placed.
 * Channel {@code order-attribution}, keyed by order id.
 *
 * @param source of the order
 * @param timestamp at which it was placed
 * @param visitor {@code null} where the order named none
 * @param visit {@code null} where no visit of that visitor is known
 */
public record OrderAttribution(
        String orderId,
        String source,
        Instant timestamp,
        String country,
        String currency,
        long totalMinor,
        String visitor,
        AttributedVisit visit) {

    /** The visit that led to an order; contains only fields that later events cannot change. */
    public record AttributedVisit(
            Instant start,
            String source,
            String entry,
            String referrer,
            ClickEvent.Campaign campaign,
            Visit.Device device) {}
}
