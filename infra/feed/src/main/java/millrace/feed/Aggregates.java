package millrace.feed;

import java.time.Instant;
import java.util.Map;

/**
 * The right answers for one simulation: what the services have to say of the time from {@code from} (inclusive) to
 * {@code to} (exclusive) once everything was delivered. As JSON, with {@code --json}, these are the fields; the maps are
 * objects and instants are ISO 8601 texts.
 *
 * @param name what every event id, order id and visitor of the simulation contains; also the name of the import
 * @param from full hour, not after the first event
 * @param to full hour, after the last event
 * @param currency of every amount
 * @param pageViews views of each page by its path
 * @param pageViewsPerHour views of all pages by the start of the hour
 * @param visits page views of one visitor with no more than 30 minutes between them
 * @param ordersAccepted orders that the orders service accepts
 * @param ordersRejected orders that the edge takes and the orders service rejects
 * @param ordersCancelled accepted orders that are cancelled afterwards; they stay in every other number
 * @param revenueMinor totals of accepted orders by country, in the currency's minor unit; refunds are not taken off
 * @param unitsPerProduct units on the lines of accepted orders by product
 * @param refundsCount refunds that are paid
 * @param refundedMinor what they pay, in the minor unit
 * @param refundsRefused refunds of more than is left of the order
 * @param rejectedEvents events of batches that the edge refuses; each is a record on {@code rejected-events}
 * @param rejectedOrders orders that the edge answers with 400; each is a record there too
 * @param lateEvents page views too old to count: as many records on {@code late-events}
 * @param outOfOrder events that were sent after later ones and count all the same
 * @param duplicates events that were sent a second time and count once
 */
record Aggregates(
        String name,
        Instant from,
        Instant to,
        String currency,
        Map<String, Long> pageViews,
        Map<Instant, Long> pageViewsPerHour,
        long visits,
        long ordersAccepted,
        long ordersRejected,
        long ordersCancelled,
        Map<String, Long> revenueMinor,
        Map<String, Long> unitsPerProduct,
        long refundsCount,
        long refundedMinor,
        long refundsRefused,
        long rejectedEvents,
        long rejectedOrders,
        long lateEvents,
        long outOfOrder,
        long duplicates) {}
