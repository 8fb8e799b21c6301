package millrace.events;

import java.time.Instant;

/**
 * Revenue of one country and currency from {@code start} (inclusive) to {@code end} (exclusive), by the time the order
 * was placed. An order that is cancelled before it was paid is subtracted again: its order, units and total are taken
 * off in the minute of the cancellation, so that a settled row stays as it is. Keyed by {@code start|country|currency}.
 *
 * @param country {@code "unknown"} where the order named none
 * @param orders number of accepted orders
 * @param units on their lines
 * @param revenueMinor total of the accepted orders in the currency's minor unit; refunds are not taken off
 * @param refunds number of refunds, those of cancelled orders included
 * @param refundedMinor total of the refunds in the same unit
 * @param settled true if only the history of a source that was not counted so far can change it
 */
public record Revenue(
        Instant start,
        Instant end,
        String country,
        String currency,
        long orders,
        long units,
        long revenueMinor,
        long refunds,
        long refundedMinor,
        boolean settled) {}
