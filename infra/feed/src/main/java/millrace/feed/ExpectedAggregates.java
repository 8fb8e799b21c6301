package millrace.feed;

import java.time.Instant;
import java.util.Map;

/**
 * Expected results of one simulation: the services must answer with these for the time from {@code from} (inclusive) to
 * {@code to} (exclusive) once every message is delivered. {@code --json} writes these fields as JSON: maps are objects,
 * instants are ISO 8601 texts.
 *
 * @param name part of every event id, order id and visitor id of the simulation; also the name of the import
 * @param from full hour, not after the first event
 * @param to full hour, after the last event
 * @param currency ISO 4217 code of every amount
 * @param pageViews views of each page by its path
 * @param pageViewsPerHour views of all pages by the start of the hour
 * @param visits sessions: pages, screens and actions of one visitor with a session gap of at most 30 minutes
 * @param funnel steps that visits reached, by the campaign of the visit's earliest click that names one; {@code none}
 *     for visits without a campaign. An order is attributed to the visitor's last visit that began before it; it is a
 *     step of that visit unless the visit had ended more than 30 minutes before
 * @param ordersPerCampaign accepted orders by the campaign of the visit that they are attributed to, without a time
 *     limit; {@code none} if the visit has no campaign or the visitor has no visit
 * @param ordersAccepted orders that the orders service accepts
 * @param ordersRejected orders that the edge accepts and the orders service rejects
 * @param ordersCancelled accepted orders that are cancelled later; they stay in every other number, and the amount paid
 *     for them is a refund
 * @param revenueMinor totals of accepted orders by country, in the currency's minor unit; refunds are not subtracted
 * @param viewsPerProduct views of each product
 * @param cartedPerProduct units of each product that were added to carts
 * @param unitsPerProduct units on the lines of accepted orders by product
 * @param cartsBefore one hour before the last event. An abandoned cart is emitted when the watermark of the
 *     partition is 30 minutes past the cart's last change. That is certain for carts last changed before this instant
 *     if every partition has an event in the last half hour of the simulation; later carts are not counted here
 * @param cartsAbandoned carts last changed before {@code cartsBefore}, one a visit, that hold a product and have no
 *     later order
 * @param abandonedPerProduct units of each product in those carts
 * @param refundsCount refunds that are paid, including those of cancelled orders
 * @param refundedMinor sum of the paid refunds, in the minor unit
 * @param refundsRefused refunds that exceed the remaining amount of the order
 * @param rejectedEvents events of batches that the edge rejects; each is a record on {@code rejected-events}
 * @param rejectedOrders orders that the edge answers with 400; each is a record on {@code rejected-events}, too
 * @param lateEvents page views beyond the allowed lateness: as many records on {@code late-events}
 * @param outOfOrder events that were sent after later ones and are counted
 * @param duplicates events that were sent a second time and are counted once
 */
record ExpectedAggregates(
        String name,
        Instant from,
        Instant to,
        String currency,
        Map<String, Long> pageViews,
        Map<Instant, Long> pageViewsPerHour,
        long visits,
        Map<String, FunnelCounts> funnel,
        Map<String, Long> ordersPerCampaign,
        long ordersAccepted,
        long ordersRejected,
        long ordersCancelled,
        Map<String, Long> revenueMinor,
        Map<String, Long> viewsPerProduct,
        Map<String, Long> cartedPerProduct,
        Map<String, Long> unitsPerProduct,
        Instant cartsBefore,
        long cartsAbandoned,
        Map<String, Long> abandonedPerProduct,
        long refundsCount,
        long refundedMinor,
        long refundsRefused,
        long rejectedEvents,
        long rejectedOrders,
        long lateEvents,
        long outOfOrder,
        long duplicates) {}
