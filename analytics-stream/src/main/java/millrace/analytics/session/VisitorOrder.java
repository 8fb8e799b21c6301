package millrace.analytics.session;

import java.time.Instant;

/**
 * An order that was accepted, with the visitor that the transaction names.
 *
 * @param timestamp when it was placed
 * @param visitor {@code null} where the order named none
 */
public record VisitorOrder(
        String orderId,
        String source,
        Instant timestamp,
        String country,
        String currency,
        long totalMinor,
        String visitor) {}
