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
 * @param visits what one visitor did with no more than 30 minutes between two clicks: pages, screens and actions
 * @param funnel how far visits came, by the campaign that a visit's earliest click with a campaign names; {@code none} for
 *     those without. The visit that led to an order is the visitor's last one that began before it; that visit reached
 *     the order unless it had ended more than 30 minutes before
 * @param ordersPerCampaign accepted orders by the campaign of the visit that led to them, however long ago it ended;
 *     {@code none} where it has none or no visit is known
 * @param ordersAccepted orders that the orders service accepts
 * @param ordersRejected orders that the edge takes and the orders service rejects
 * @param ordersCancelled accepted orders that are cancelled afterwards; they stay in every other number, and what was
 *     paid for them is a refund
 * @param revenueMinor totals of accepted orders by country, in the currency's minor unit; refunds are not taken off
 * @param viewsPerProduct how often each was looked at
 * @param cartedPerProduct how many of each were put into carts
 * @param unitsPerProduct units on the lines of accepted orders by product
 * @param cartsBefore an hour before the last event. Analytics tells of a cart when the clock of the partition is 30 minutes
 *     past its last change. That is certain for carts last changed before this, as long as something happens in every
 *     partition in the last half hour of the simulation; of later ones nothing is foretold
 * @param cartsAbandoned carts last changed before that, one a visit, with something in them and without an order since
 * @param abandonedPerProduct how many of each are in those carts
 * @param refundsCount refunds that are paid, those of cancelled orders included
 * @param refundedMinor what they pay, in the minor unit
 * @param refundsRefused refunds of more than is left of the order
 * @param rejectedEvents events of batches that the edge refuses; each is a record on {@code rejected-events}
 * @param rejectedOrders orders that the edge answers with 400; each is a record there too
 * @param lateEvents page views too old to count: as many records on {@code late-events}
 * @param outOfOrder events that were sent after later ones and count all the same
 * @param duplicates events that were sent a second time and count once
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
